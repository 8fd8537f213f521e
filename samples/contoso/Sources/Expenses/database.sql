-- Database of the expense application, as its SQLite file holds it.
-- Rebuild expenses.db with: sqlite3 expenses.db < database.sql

CREATE TABLE account (
  login       TEXT NOT NULL PRIMARY KEY,
  employee_id TEXT NOT NULL,
  full_name   TEXT NOT NULL,
  enabled     INTEGER NOT NULL
);

CREATE TABLE profile (
  code  TEXT NOT NULL PRIMARY KEY,
  label TEXT NOT NULL
);

CREATE TABLE account_profile (
  login        TEXT NOT NULL REFERENCES account (login),
  profile_code TEXT NOT NULL REFERENCES profile (code),
  PRIMARY KEY (login, profile_code)
);

INSERT INTO profile (code, label) VALUES
  ('CLAIMANT', 'Files expense claims'),
  ('APPROVER', 'Approves expense claims'),
  ('PAYER', 'Issues payments'),
  ('AUDITOR', 'Reads everything');

INSERT INTO account (login, employee_id, full_name, enabled) VALUES
  ('cmoreau', 'E0001', 'Claire Moreau', 1),
  ('jpetit', 'E0002', 'Julien Petit', 1),
  ('sdurand', 'E0003', 'Sophie Durand', 1),
  ('mleroy', 'E0004', 'Marc Leroy', 1),
  ('afontaine', 'E0005', 'Amélie Fontaine', 1),
  ('tgirard', 'E0006', 'Thomas Girard', 1),
  ('ewright', 'E0007', 'Emma Wright', 1),
  ('dlopez', 'E0008', 'Daniel Lopez', 1),
  ('lbernard', 'E0009', 'Lucie Bernard', 1),
  ('mnguyen', 'E0010', 'Minh Nguyen', 1),
  ('aokafor', 'E0011', 'Ada Okafor', 1),
  ('ohughes', 'E0012', 'Oliver Hughes', 1),
  ('nrousseau', 'E0013', 'Nicolas Rousseau', 1),
  ('egarnier', 'E0014', 'Élise Garnier', 1),
  ('gtaylor', 'E0015', 'Grace Taylor', 1),
  ('hclark', 'E0016', 'Henry Clark', 1),
  ('aschmidt', 'E0017', 'Anna Schmidt', 1),
  ('mrossi', 'E0018', 'Marco Rossi', 1);

INSERT INTO account_profile (login, profile_code) VALUES
  ('cmoreau', 'CLAIMANT'),
  ('jpetit', 'CLAIMANT'),
  ('sdurand', 'CLAIMANT'),
  ('mleroy', 'CLAIMANT'),
  ('afontaine', 'CLAIMANT'),
  ('tgirard', 'CLAIMANT'),
  ('ewright', 'CLAIMANT'),
  ('dlopez', 'CLAIMANT'),
  ('lbernard', 'CLAIMANT'),
  ('mnguyen', 'CLAIMANT'),
  ('aokafor', 'CLAIMANT'),
  ('ohughes', 'CLAIMANT'),
  ('nrousseau', 'CLAIMANT'),
  ('egarnier', 'CLAIMANT'),
  ('gtaylor', 'CLAIMANT'),
  ('hclark', 'CLAIMANT'),
  ('aschmidt', 'CLAIMANT'),
  ('mrossi', 'CLAIMANT'),
  ('cmoreau', 'APPROVER'),
  ('jpetit', 'APPROVER'),
  ('afontaine', 'APPROVER'),
  ('ewright', 'APPROVER'),
  ('ohughes', 'APPROVER'),
  ('aschmidt', 'APPROVER'),
  ('sdurand', 'PAYER'),
  ('mleroy', 'PAYER');
