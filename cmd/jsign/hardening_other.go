//go:build !linux && !darwin && !freebsd

package main

// forbidDumps does nothing: Windows writes no memory to disk for a process
// unless an administrator asked it to.
func forbidDumps() error { return nil }
