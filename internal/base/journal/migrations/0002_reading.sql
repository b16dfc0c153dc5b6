-- What one person did, and what happened on a day.
CREATE INDEX journal_fact_account ON journal_fact (account, id);
CREATE INDEX journal_fact_at ON journal_fact (at);
