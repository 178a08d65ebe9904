package main

import "golang.org/x/sys/unix"

// forbidDumps keeps a PIN in memory from reaching a core file or another
// process of the same user (prctl(2), PR_SET_DUMPABLE; setrlimit(2)).
func forbidDumps() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return err
	}
	return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}
