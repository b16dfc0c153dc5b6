package db

import (
	"context"
	"database/sql"
	"strings"
	"sync"
)

// statementCache keeps prepared statements of SQLite: preparing costs as much as a small query.
type statementCache struct {
	mu    sync.RWMutex
	stmts map[string]*sql.Stmt
}

// maxStatements bounds the cache; a text beyond it is prepared each time.
const maxStatements = 512

func (c *statementCache) get(ctx context.Context, pool *sql.DB, query string) *sql.Stmt {
	c.mu.RLock()
	stmt, full := c.stmts[query], len(c.stmts) >= maxStatements
	c.mu.RUnlock()
	if stmt != nil || full {
		return stmt
	}
	// Prepared on a free connection: waiting for one while holding another could wait for ever.
	if pool.Stats().InUse >= pool.Stats().MaxOpenConnections {
		return nil
	}
	stmt, err := pool.PrepareContext(ctx, query)
	if err != nil {
		return nil // the query itself reports the error
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if other := c.stmts[query]; other != nil {
		_ = stmt.Close()
		return other
	}
	if c.stmts == nil {
		c.stmts = map[string]*sql.Stmt{}
	}
	c.stmts[query] = stmt
	return stmt
}

// find returns the statement of a text, nil when it is not prepared.
func (c *statementCache) find(query string) *sql.Stmt {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.stmts[query]
}

// longestPrepared leaves out texts that were put together for one call, such as those of Bulk.
const longestPrepared = 2000

// preparable tells whether a text is one that comes again: no change of the schema.
func preparable(query string) bool {
	if len(query) > longestPrepared {
		return false
	}
	text := strings.TrimLeft(query, " \t\n")
	for _, verb := range []string{"SELECT", "INSERT", "UPDATE", "DELETE"} {
		if strings.HasPrefix(text, verb) {
			return true
		}
	}
	return false
}

// learn prepares what a transaction missed, once it is over: the writer has one connection, so that a statement cannot be prepared
// beside the transaction that holds it. Where somebody else holds it already, the next transaction learns.
func (d *DB) learn(ctx context.Context, t *Tx) {
	for _, query := range t.missed {
		d.changes.get(ctx, d.writer, query)
	}
}

func (c *statementCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.stmts {
		_ = s.Close()
	}
	c.stmts = nil
}
