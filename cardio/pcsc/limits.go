package pcsc

import "time"

const (
	// maxReaders bounds what is asked about at once; pcsc-lite knows 16
	// readers, Windows 10 of them by default.
	maxReaders = 64

	// maxLooks is how often the list of readers is read anew because one was
	// unplugged between listing and asking.
	maxLooks = 5

	// maxResponse is the longest response APDU, 65,536 data bytes and SW1 SW2
	// (ISO/IEC 7816-3, 12.1.3).
	maxResponse = 1<<16 + 2

	// maxReconnects is how often Begin follows resets by other programs before
	// it gives up: a program that resets in a loop must not hang this one.
	maxReconnects = 5

	// waitSlice is how long Wait leaves the resource manager to itself. Its
	// cancel call is lost when it comes before the wait it means, and a reader
	// that is plugged in wakes no wait on all systems; a short slice needs neither.
	waitSlice = 250 * time.Millisecond

	// removalNotice is how long a removed card may go unnoticed: resource
	// managers poll for presence every 400 ms.
	removalNotice = 1000 * time.Millisecond
)
