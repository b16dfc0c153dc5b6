package db

import "context"

// Schema returns every column of the database as "table.column", sorted; it is the same on both databases.
func (d *DB) Schema(ctx context.Context) ([]string, error) {
	query := `SELECT m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1`
	if d.postgres {
		query = `SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c
			JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
			WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY (c.table_name || '.' || c.column_name) COLLATE "C"`
	}
	var columns []string
	err := d.View(ctx, func(ctx context.Context, tx *Tx) (err error) {
		columns, err = All(ctx, tx, Value[string], query)
		return err
	})
	return columns, err
}
