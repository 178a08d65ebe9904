package pades

const (
	// maxCompared bounds the numbers that are listed for one file.
	maxCompared = 4 << 20

	// comparisonSteps and one more for four bytes of the file bound what comparing all
	// its revisions may take: an object of a signed revision is markSteps of them, one
	// that a later revision changed comparedPasses for each revision that follows.
	// A hundred signatures on a document of some ten thousand objects stay below.
	comparisonSteps = 6 << 20
	markSteps       = 2
	comparedPasses  = 8

	// maxViolations bounds what is reported: a document with more forbidden changes
	// is no better known by the next.
	maxViolations = 20

	// maxNested bounds the recursion of comparing two values.
	maxNested = 100

	// maxAppearance bounds the appearance of an annotation that is looked into.
	maxAppearance = 1 << 20

	// maxContent bounds the content of a page that is looked through for where it
	// shows something, with the forms it shows; maxFormDepth how they nest, and
	// maxBoxes what is found. A page of small print has a few thousand words.
	maxContent   = 4 << 20
	maxFormDepth = 8
	maxBoxes     = 1 << 16

	// maxStreamCompared bounds streams that are decoded to be compared.
	maxStreamCompared = 16 << 20
)

// typeDocTimeStamp is /Type of document timestamps (12.8.5).
const typeDocTimeStamp = "DocTimeStamp"
