package batch

const (
	// maxName holds the longest path of any system: 32767 UTF-16 units on
	// Windows, three bytes each.
	maxName = 1 << 17
	// maxText is enough for settings and for any reason; a longer reason is cut.
	maxText = 1 << 16
	// maxBody follows from the two and the fixed fields.
	maxBody = maxName + maxText + 1<<10
	// maxBuffered bounds the records that wait for the next write: beyond it,
	// Append waits for the disk.
	maxBuffered = 1 << 18
	// maxWorkers bounds each stage, and with it the documents in memory.
	maxWorkers = 1 << 10
	// perWorker documents wait for each worker, so that one slow document does
	// not starve the stage behind it.
	perWorker = 4
	// defaultFinishers hides the syncs of the outputs, which are waited for, behind
	// a card of 50 ms even where each takes 20 ms.
	defaultFinishers = 8
)
