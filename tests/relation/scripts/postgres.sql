create type mood as enum ('sad','ok','it''s');
create domain posint as integer check (value > 0);
create table city (id serial primary key, name varchar(80) not null unique, geo point);
create table pair (a int, b int, primary key (a,b));
create table person (id bigint generated always as identity primary key, email text, mood mood default 'ok', city_id int references city on delete cascade,
 born date check (born > date '1900-01-01'), tags text[], amount numeric(10,2) default 1.5 not null, meta jsonb default '{}'::jsonb, created timestamptz default now() not null,
 status text check (status in ('a','b')), deleted_at timestamp, n posint, code text check (code ~ '^[A-Z]{3}$'), check (amount >= 0 and (status <> 'a' or born is not null)), a int, b int, foreign key (a,b) references pair(a,b));
create unique index on person (email) where deleted_at is null;
create unique index on person (lower(email));
create unique index on person (code, status);
comment on table person is 'people; and more';
comment on column person.born is 'birth''s day';
create view v as select 1 as x;
insert into city(name) values ('a;b'), (E'tab\tx');
create function f() returns int language plpgsql as $$ begin return 1; end $$;
create table part (a int, b date) partition by range (b);
create table part_1 partition of part for values from ('2026-01-01') to ('2026-02-01');
create table child (z int) inherits (city);
