-- As the other V1, but edited after it was applied.
CREATE TABLE thing (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
