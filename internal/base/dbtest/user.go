package dbtest

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// asPostgres makes a command run as the user postgres when the test runs as root, whom PostgreSQL refuses.
func asPostgres(cmd *exec.Cmd) *exec.Cmd {
	cmd.Dir = os.TempDir()
	if os.Getuid() != 0 {
		return cmd
	}
	if uid, gid, ok := postgresUser(); ok {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: gid}}
	}
	return cmd
}

// giveAway makes the folder the user's that the command runs as.
func giveAway(dir string, cmd *exec.Cmd) error {
	if cmd.SysProcAttr == nil || cmd.SysProcAttr.Credential == nil {
		return nil
	}
	c := cmd.SysProcAttr.Credential
	return os.Chown(dir, int(c.Uid), int(c.Gid))
}

func postgresUser() (uid, gid uint32, ok bool) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return 0, 0, false
	}
	n, err1 := strconv.ParseUint(u.Uid, 10, 32)
	m, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return uint32(n), uint32(m), err1 == nil && err2 == nil
}
