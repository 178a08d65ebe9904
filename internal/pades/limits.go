package pades

const (
	// maxFields bounds the walk over a form, widgets counted. The largest forms in
	// use have some ten thousand fields; each costs a lookup and a few hundred bytes.
	maxFields = 100_000

	// maxFieldDepth bounds the nesting of fields. Names of more than ten parts
	// are not seen in practice; the bound keeps the recursion shallow.
	maxFieldDepth = 64

	// maxStrays bounds the annotations of the first page that are looked at for
	// signatures that the form does not list; scanned maps have some hundred.
	maxStrays = 1000

	// maxContents bounds the size of a signature in bytes. Certificates, a
	// timestamp and revocation data together stay far below; it is written twice
	// as many hexadecimal digits and held in memory.
	maxContents = 16 << 20

	// maxStored bounds how many streams of a document security store are compared
	// with what is added: those of a hundred signatures are some hundred.
	maxStored = 10_000

	// offsetDigits is the room for one number of /ByteRange: what a classic
	// cross-reference table has for an offset (ISO 32000-2, 7.5.4).
	offsetDigits = 10

	// maxSignatureObject bounds the text of the object that holds a signature:
	// twice maxContents and what else it says.
	maxSignatureObject = 2*maxContents + 1<<20

	// maxOrphans bounds how many signature-like objects are reported: a file with
	// more is no better known by the next.
	maxOrphans = 20

	// orphanWindow is what is searched for them at a time.
	orphanWindow = 64 << 10
)

// Limits of document security stores.
const (
	// maxDSS bounds what is read of a document's stores in all: CRLs have up to some
	// ten megabytes.
	maxDSS = 128 << 20
	// maxStreams bounds how many streams of one store are read, and how many
	// signatures its /VRI tells of.
	maxStreams = 4096
)
