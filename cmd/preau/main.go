// The command preau runs the platform and everything around it; `preau help` lists what it does.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // dates in Paris on a machine without time zones

	"preau/internal/app/command"
)

// version is set when the program is built.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := command.Run(ctx, &command.Env{Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Version: version})
	stop()
	os.Exit(status)
}
