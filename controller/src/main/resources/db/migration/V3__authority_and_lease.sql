-- One row once a controller has started: what names the CA that this fleet trusts. Another CA's controller is refused.
create table authority (
  id  integer not null primary key,
  pin text    not null
);

-- One row, always: which of several controllers on one PostgreSQL acts. Its lock is also what writers wait for. Not used on
-- SQLite. renewed_at is by the database's own clock; epoch grows with each holder.
create table lease (
  id         integer not null primary key,
  holder     text    not null,
  address    text    not null,
  epoch      bigint  not null,
  renewed_at bigint  not null
);
insert into lease (id, holder, address, epoch, renewed_at) values (1, '', '', 0, 0);
