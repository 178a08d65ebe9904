//go:build !linux

package durable

// startWriting does nothing where the system has no such call.
func startWriting(handle) error { return nil }

// forget does nothing there.
func forget(handle) {}
