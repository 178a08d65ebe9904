package pdf

import "bytes"

// filterStep is one filter of a stream with its parameters.
type filterStep struct {
	name  Name
	parms Dict
}

// filterSteps reads /Filter and /DecodeParms, in their long and short forms.
// resolve looks up references.
func filterSteps(d Dict, resolve func(Object) (Object, error)) ([]filterStep, error) {
	names, err := listOf(d, resolve, "Filter", "F")
	if err != nil || len(names) == 0 {
		return nil, err
	}
	parms, err := listOf(d, resolve, "DecodeParms", "DP")
	if err != nil {
		return nil, err
	}
	if len(names) > maxFilters {
		return nil, limitExceeded(-1, "a stream has more than %d filters", "ストリームのフィルターが %d 個を超えています", maxFilters)
	}
	steps := make([]filterStep, len(names))
	for i, n := range names {
		name, ok := n.(Name)
		if !ok {
			return nil, malformed(-1, "a filter is no name", "フィルターの指定が名前ではありません")
		}
		steps[i].name = name
		if i < len(parms) {
			steps[i].parms, _ = parms[i].(Dict)
		}
	}
	return steps, nil
}

// listOf returns a value that is an array or stands alone as a resolved list.
// The short key is for files that use the names of inline images; a file
// specification under /F is no name and not taken for one.
func listOf(d Dict, resolve func(Object) (Object, error), key, short Name) (Array, error) {
	value, err := resolve(d.Get(key))
	if err == nil && value == nil {
		if value, err = resolve(d.Get(short)); value != nil && key == "Filter" {
			if _, isName := value.(Name); !isName {
				value = nil
			}
		}
	}
	if value == nil || err != nil {
		return nil, err
	}
	list, ok := value.(Array)
	if !ok {
		return Array{value}, nil
	}
	out := make(Array, len(list))
	for i, o := range list {
		if out[i], err = resolve(o); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// unfilter undoes one filter. max bounds the result.
func (s filterStep) unfilter(z *inflater, data []byte, max int) ([]byte, error) {
	switch s.name {
	case "FlateDecode", "Fl":
		out, err := z.inflate(data, max)
		if err != nil {
			return nil, err
		}
		return s.unpredict(out)
	case "LZWDecode", "LZW":
		early, isInt := s.parms.Get("EarlyChange").(Integer)
		out, err := unLZW(data, !isInt || early != 0, max)
		if err != nil {
			return nil, err
		}
		return s.unpredict(out)
	case "ASCIIHexDecode", "AHx":
		return unASCIIHex(data)
	case "ASCII85Decode", "A85":
		return unASCII85(data, max)
	case "RunLengthDecode", "RL":
		return unRunLength(data, max)
	case "Crypt": // undone with the encryption
		return data, nil
	}
	return nil, &UnsupportedFilter{s.name}
}

func tooLarge(max int) error {
	return limitExceeded(-1, "a stream decodes to more than %d bytes", "ストリームの展開結果が %d バイトを超えています", max)
}

// unASCIIHex undoes ASCIIHexDecode (7.4.2).
func unASCIIHex(data []byte) ([]byte, error) {
	if i := bytes.IndexByte(data, '>'); i >= 0 {
		data = data[:i]
	}
	out := make([]byte, 0, len(data)/2+1)
	high := -1
	for _, c := range data {
		v := hexValue(c)
		switch {
		case v < 0 && isSpace(c):
		case v < 0:
			return nil, malformed(-1, "ASCIIHex data holds another character", "ASCIIHex データに不正な文字があります")
		case high < 0:
			high = v
		default:
			out, high = append(out, byte(high<<4|v)), -1
		}
	}
	if high >= 0 {
		out = append(out, byte(high<<4))
	}
	return out, nil
}

// unASCII85 undoes ASCII85Decode (7.4.3).
func unASCII85(data []byte, max int) ([]byte, error) {
	out := make([]byte, 0, min(max, len(data)))
	var group [5]byte
	n := 0
	for _, c := range data {
		if len(out) > max {
			return nil, tooLarge(max)
		}
		switch {
		case isSpace(c):
		case c == '~':
			return finish85(out, group, n)
		case c == 'z' && n == 0:
			out = append(out, 0, 0, 0, 0)
		case c < '!' || c > 'u':
			return nil, malformed(-1, "ASCII85 data holds another character", "ASCII85 データに不正な文字があります")
		default:
			group[n] = c - '!'
			if n++; n == 5 {
				out, n = append85(out, group, 4), 0
			}
		}
	}
	return finish85(out, group, n)
}

func append85(out []byte, group [5]byte, n int) []byte {
	var v uint32
	for _, d := range group {
		v = v*85 + uint32(d)
	}
	word := [4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}
	return append(out, word[:n]...)
}

// finish85 decodes the last, partial group.
func finish85(out []byte, group [5]byte, n int) ([]byte, error) {
	if n == 0 {
		return out, nil
	}
	if n == 1 {
		return nil, malformed(-1, "ASCII85 data ends inside a group", "ASCII85 データが途中で終わっています")
	}
	for i := n; i < 5; i++ {
		group[i] = 84
	}
	return append85(out, group, n-1), nil
}

// unRunLength undoes RunLengthDecode (7.4.5).
func unRunLength(data []byte, max int) ([]byte, error) {
	var out []byte
	for i := 0; i < len(data) && data[i] != 128; {
		n := int(data[i])
		if n < 128 {
			end := min(i+2+n, len(data))
			out = append(out, data[i+1:end]...)
			i = end
		} else {
			if i+1 >= len(data) {
				break
			}
			out = append(out, bytes.Repeat(data[i+1:i+2], 257-n)...)
			i += 2
		}
		if len(out) > max {
			return nil, tooLarge(max)
		}
	}
	return out, nil
}
