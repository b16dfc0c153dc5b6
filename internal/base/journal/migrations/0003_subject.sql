-- What happened to one thing.
CREATE INDEX journal_fact_subject ON journal_fact (subject, id);
