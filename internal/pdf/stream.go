package pdf

import (
	"bytes"
	"io"
)

// Stream is a stream object: its dictionary, and its data either in a file or,
// for one that is to be written, in memory.
type Stream struct {
	Dict Dict

	rev    *Revision // the view it was read through; nil for a new stream
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

// WithDict returns the stream with another dictionary and the same data.
func (s *Stream) WithDict(d Dict) *Stream {
	out := *s
	out.Dict = d
	return &out
}

// Raw returns the data as it stands in the file: encoded, and encrypted if the
// document is.
func (s *Stream) Raw() *io.SectionReader {
	if s.rev == nil {
		return io.NewSectionReader(bytes.NewReader(s.data), 0, s.length)
	}
	return io.NewSectionReader(s.rev.file.src.r, s.offset, s.length)
}

// Span returns where the data stands in the file; 0, 0 for a new stream.
func (s *Stream) Span() (offset, length int64) {
	if s.rev == nil {
		return 0, 0
	}
	return s.offset, s.length
}

// Decode returns the data decrypted and with all filters undone. More than max
// bytes is *LimitExceeded; an image filter is *UnsupportedFilter.
func (s *Stream) Decode(max int) ([]byte, error) {
	resolve, z := direct, new(inflater)
	if s.rev != nil {
		resolve, z = s.rev.Resolve, &s.rev.file.inflater
	}
	data, err := s.plain(encodedMax(max))
	if err != nil {
		return nil, err
	}
	out, err := z.decode(s.Dict, data, resolve, max)
	return out, placed(err, s.offset)
}

// encodedMax bounds encoded data by what it may decode to. It is rarely longer,
// and never by more than the factor 2 of ASCIIHex with its white space.
func encodedMax(max int) int { return 4*max + 4096 }

// plain returns the encoded data, decrypted.
func (s *Stream) plain(max int) ([]byte, error) {
	if s.rev == nil {
		return s.data, nil
	}
	f := s.rev.file
	data, err := f.readData(s.offset, s.length, max)
	if err != nil || f.crypt == nil {
		return data, err
	}
	return f.crypt.decryptStream(s, data)
}

// readData reads length bytes of stream data, which are not to be modified.
func (f *File) readData(off, length int64, max int) ([]byte, error) {
	if length > int64(max) {
		return nil, limitExceeded(off, "a stream is longer than %d bytes", "ストリームが %d バイトを超えています", max)
	}
	return f.src.bytes(off, length)
}

// direct is for objects that cannot refer to others.
func direct(o Object) (Object, error) { return o, nil }

// decode undoes the filters that d names.
func (z *inflater) decode(d Dict, data []byte, resolve func(Object) (Object, error), max int) ([]byte, error) {
	steps, err := filterSteps(d, resolve)
	if err != nil {
		return nil, err
	}
	if len(steps) == 0 && len(data) > max {
		return nil, tooLarge(max)
	}
	for _, step := range steps {
		if data, err = step.unfilter(z, data, max); err != nil {
			return nil, err
		}
	}
	return data, nil
}

// placed gives an error of a filter, which knows no place, that of its stream.
func placed(err error, off int64) error {
	switch e := err.(type) {
	case *Malformed:
		e.Offset = off
	case *LimitExceeded:
		e.Offset = off
	}
	return err
}
