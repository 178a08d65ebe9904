package pdf

import "io"

// Stream is a stream object: its dictionary, and its data either in a file or,
// for one that is to be written, in memory.
type Stream struct {
	Dict Dict

	file   *File
	ref    Ref
	offset int64
	length int64
	data   []byte // of a new stream
}

// NewStream makes a stream to be written. data is already encoded by the filters
// that d names; /Length is supplied by the writer. data is not copied.
func NewStream(d Dict, data []byte) *Stream {
	return &Stream{Dict: d, data: data, length: int64(len(data))}
}

// Raw returns the data as it stands in the file: encoded, and encrypted if the
// document is.
func (s *Stream) Raw() *io.SectionReader { return nil }

// Span returns where the data stands in the file; 0, 0 for a new stream.
func (s *Stream) Span() (offset, length int64) { return 0, 0 }

// Decode returns the data decrypted and with all filters undone. More than max
// bytes is *LimitExceeded; an image filter is *UnsupportedFilter.
func (s *Stream) Decode(max int) ([]byte, error) { return nil, nil }
