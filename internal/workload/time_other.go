//go:build !linux

package workload

import "time"

// threadTime returns the time of day: no call that all these systems have tells
// that of a thread.
func threadTime() time.Duration { return time.Duration(time.Now().UnixNano()) }
