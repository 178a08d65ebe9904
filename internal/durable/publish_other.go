//go:build unix && !linux && !darwin

package durable

// publish links, as these systems have no exclusive rename.
func publish(from, to string) error { return linkOrReserve(from, to) }
