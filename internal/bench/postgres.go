package main

import (
	"context"
	"fmt"
	"os"
	"testing"

	"preau/internal/base/dbtest"
)

// postgres measures the import of all schools and two public pages on a private PostgreSQL server
// that is thrown away (without fsync); without the programs of PostgreSQL it measures nothing and says so.
func (b *bench) postgres(ctx context.Context) error {
	address, err := postgresAddress()
	if err != nil {
		fmt.Fprintln(os.Stderr, "nothing is measured on PostgreSQL:", err)
		return nil
	}
	report, took, err := b.importFrance(ctx, address)
	if err != nil {
		return err
	}
	b.add(alone("PostgreSQL: import of all schools of France", perSecond(report.Read, took), "rows/s"))
	site, err := b.site(ctx, "serve", address)
	if err != nil {
		return err
	}
	defer site.stop()
	for _, p := range []page{
		{"PostgreSQL: public home", 0, requestsOf([]string{"/"}, []string{""})},
		{"PostgreSQL: list of all schools", 0, requestsOf([]string{"/schools"}, []string{""})},
	} {
		if err := b.page(ctx, site, p, ""); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// postgresAddress starts the server that the tests use and returns the address of an empty schema on it. The
// server ends with this process.
func postgresAddress() (address string, err error) {
	defer func() {
		if r := recover(); r != nil {
			failed, ok := r.(outsideTest)
			if !ok {
				panic(r)
			}
			err = failed.err
		}
	}()
	return dbtest.PostgresURL(outsideTest{}), nil
}

// outsideTest stands for a test where there is none: what ends a test ends the call.
type outsideTest struct {
	testing.TB
	err error
}

func (outsideTest) Helper() {}

func (o outsideTest) Fatalf(format string, args ...any) {
	o.err = fmt.Errorf(format, args...)
	panic(o)
}
