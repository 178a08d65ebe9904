//go:build darwin || freebsd

package main

import "golang.org/x/sys/unix"

// forbidDumps keeps a PIN in memory from reaching a core file (setrlimit(2)).
func forbidDumps() error {
	return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}
