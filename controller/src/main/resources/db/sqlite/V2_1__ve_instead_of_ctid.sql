-- PostgreSQL has a ctid of its own in every table.
alter table ves rename column ctid to ve;
alter table applied rename column ctid to ve;
alter table tasks rename column ctid to ve;
