// Written by `python -m workbench.extension.words` from the grammars.

export const WORDS = {
  "domain": {
    "keywords": ["and", "as", "between", "case", "cast", "distinct", "else", "end", "exists", "from", "ilike", "in", "interval", "is", "like", "not", "or", "then", "try_cast", "when", "where"],
    "types": ["array", "binary", "boolean", "country", "currency", "date", "day", "decimal", "duration", "email", "enum", "float", "hour", "integer", "ip_address", "json", "language", "latitude", "local_timestamp", "longitude", "minute", "month", "percentage", "phone", "postal_code", "string", "struct", "text", "time", "time_zone", "timestamp", "url", "uuid", "year"],
    "literals": ["false", "null", "true"],
    "heads": [],
  },
  "scenario": {
    "keywords": ["actor", "and", "as", "asc", "ascending", "average", "background", "between", "bottom", "but", "by", "case", "cast", "context", "count", "create", "delete", "desc", "descending", "destroy", "distinct", "else", "end", "exists", "expect", "first", "from", "given", "has", "highest", "how", "ilike", "in", "interval", "is", "largest", "like", "lowest", "many", "maximum", "minimum", "no", "not", "of", "or", "refused", "remove", "save", "scenario", "smallest", "sorted", "sum", "tenant", "then", "top", "try_cast", "update", "upsert", "when", "where", "with"],
    "types": [],
    "literals": ["false", "null", "true"],
    "heads": [],
  },
  "ask": {
    "keywords": ["actor", "and", "as", "asc", "ascending", "average", "background", "between", "bottom", "but", "by", "case", "cast", "context", "count", "desc", "descending", "distinct", "else", "end", "exists", "expect", "first", "from", "given", "has", "highest", "how", "ilike", "in", "interval", "is", "largest", "like", "lowest", "many", "maximum", "minimum", "no", "not", "of", "or", "refused", "scenario", "smallest", "sorted", "sum", "tenant", "then", "top", "try_cast", "when", "where", "with"],
    "types": [],
    "literals": ["false", "null", "true"],
    "heads": [],
  },
};
