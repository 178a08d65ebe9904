package term

import (
	"os"

	"golang.org/x/sys/windows"
)

// discardInput drops what waits to be read.
func discardInput(f *os.File) error { return windows.FlushConsoleInputBuffer(windows.Handle(f.Fd())) }
