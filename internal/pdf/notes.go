package pdf

import "github.com/jsign-jp/jsign/internal/lang"

// NoteKind names a tolerated fault.
type NoteKind int

// The faults that are tolerated.
const (
	NoteHeaderOffset NoteKind = iota + 1 // the header is not at byte 0
	NoteNoHeader                         // there is no %PDF- header
	NoteTrailingData                     // something follows the last %%EOF
	NoteRebuilt                          // cross-references rebuilt by scanning
	NoteXRefFormat                       // a cross-reference section with odd spacing, numbering or counts
	NoteStreamLength                     // a stream's /Length is wrong; its end was found by its keyword
	NoteSyntax                           // some other departure from the syntax
	NoteSize                             // /Size is not one more than the highest object number
)

// Note is one fault that was tolerated.
type Note struct {
	Kind   NoteKind
	Offset int64 // where in the file; -1 when not known
	Text   lang.Message
}
