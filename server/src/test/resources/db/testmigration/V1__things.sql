-- Two statements: a file runs through the simple protocol.
CREATE TABLE thing (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);
CREATE INDEX thing_name ON thing (lower(name));
