-- A school: pupils, classes, lessons and marks.
CREATE TABLE teacher (
  id serial PRIMARY KEY,
  name varchar(120) NOT NULL,
  email varchar(200) UNIQUE,
  hired_on date
);
CREATE TABLE subject (code char(4) PRIMARY KEY, name varchar(60) NOT NULL);
CREATE TABLE teaches (
  teacher_id int REFERENCES teacher,
  subject_code char(4) REFERENCES subject,
  PRIMARY KEY (teacher_id, subject_code)
);
CREATE TABLE room (
  id serial PRIMARY KEY,
  label varchar(10) NOT NULL UNIQUE,
  seats smallint CHECK (seats BETWEEN 1 AND 200),
  building_id int REFERENCES building(id)
);
CREATE TABLE form (
  id serial PRIMARY KEY,
  label varchar(8) NOT NULL,
  school_year int NOT NULL,
  tutor_id int REFERENCES teacher(id),
  UNIQUE (label, school_year)
);
CREATE TABLE pupil (
  id serial PRIMARY KEY,
  family_name varchar(80) NOT NULL,
  given_name varchar(80) NOT NULL,
  born_on date NOT NULL,
  status text NOT NULL DEFAULT 'applied' CHECK (status IN ('applied', 'enrolled', 'left')),
  sibling_id int REFERENCES pupil(id),
  "case" varchar(20)
);
CREATE TABLE enrolment (
  pupil_id int REFERENCES pupil(id),
  form_id int REFERENCES form(id),
  started_on date NOT NULL DEFAULT CURRENT_DATE,
  ended_on date,
  grade numeric(2,1) CHECK (grade >= 1 AND grade <= 6),
  PRIMARY KEY (pupil_id, form_id),
  CHECK (ended_on >= started_on)
);
CREATE TABLE lesson (
  id bigserial PRIMARY KEY,
  form_id int NOT NULL REFERENCES form(id),
  subject_code char(4) NOT NULL REFERENCES subject(code),
  teacher_id int NOT NULL REFERENCES teacher(id),
  room_id int REFERENCES room(id),
  weekday smallint NOT NULL CHECK (weekday BETWEEN 1 AND 5),
  starts_at time NOT NULL,
  minutes int NOT NULL DEFAULT 45 CHECK (abs(minutes::float8 / 45) < 3)
);
CREATE TABLE mark (
  id bigserial PRIMARY KEY,
  pupil_id int NOT NULL REFERENCES pupil(id) ON DELETE CASCADE,
  lesson_id bigint NOT NULL REFERENCES lesson(id),
  given_on date NOT NULL,
  value numeric(2,1) NOT NULL
);
CREATE TABLE absence (
  pupil_id int REFERENCES pupil(id),
  on_day date,
  reason text,
  is_excused boolean NOT NULL DEFAULT false,
  PRIMARY KEY (pupil_id, on_day)
);
