//go:build darwin || freebsd

package main

import (
	"io/fs"
	"syscall"
	"time"
)

// touched is when a file was last written to, or as far as the system tells,
// moved to its place: a program may give a file an old time of writing.
func touched(info fs.FileInfo) time.Time {
	written := info.ModTime()
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return written
	}
	if changed := time.Unix(s.Ctimespec.Unix()); changed.After(written) {
		return changed
	}
	return written
}
