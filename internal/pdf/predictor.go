package pdf

// unpredict undoes the predictor of FlateDecode and LZWDecode (7.4.4.4), in
// place.
func (s filterStep) unpredict(data []byte) ([]byte, error) {
	predictor := s.intParm("Predictor", 1)
	if predictor == 1 {
		return data, nil
	}
	colors, bits, columns := s.intParm("Colors", 1), s.intParm("BitsPerComponent", 8), s.intParm("Columns", 1)
	if colors < 1 || colors > 32 || bits < 1 || bits > 16 || columns < 1 || columns > maxObjectStream {
		return nil, malformed(-1, "predictor parameters out of range", "予測関数のパラメーターが範囲外です")
	}
	pixel := (colors*bits + 7) / 8
	row := (colors*bits*columns + 7) / 8
	switch {
	case predictor >= 10 && predictor <= 15:
		return unPNG(data, row, pixel)
	case predictor == 2 && bits == 8:
		return unTIFF(data, row, pixel), nil
	}
	return nil, malformed(-1, "unknown predictor %d", "未知の予測関数 %d", predictor)
}

func (s filterStep) intParm(key Name, otherwise int) int {
	if v, ok := s.parms.Get(key).(Integer); ok && v >= 0 && v <= 1<<30 {
		return int(v)
	}
	return otherwise
}

// unTIFF undoes horizontal differencing (TIFF 6.0, section 14) of whole bytes.
func unTIFF(data []byte, row, pixel int) []byte {
	for start := 0; start < len(data); start += row {
		line := data[start:min(start+row, len(data))]
		for i := pixel; i < len(line); i++ {
			line[i] += line[i-pixel]
		}
	}
	return data
}

// unPNG undoes the PNG filters (PNG specification, clause 9). Each row names its
// own, whatever /Predictor says. A last row that is cut off is kept as far as it
// goes.
func unPNG(data []byte, row, pixel int) ([]byte, error) {
	out := data[:0]
	previous := make([]byte, row)
	for len(data) > 1 {
		filter := data[0]
		n := min(row, len(data)-1)
		line := data[1 : 1+n]
		data = data[1+n:]
		if err := unPNGRow(filter, line, previous[:n], pixel); err != nil {
			return nil, err
		}
		start := len(out)
		out = append(out, line...) // moves down: a filter byte a row is dropped
		previous = out[start:]
		if len(previous) < row {
			break
		}
	}
	return out, nil
}

func unPNGRow(filter byte, line, up []byte, pixel int) error {
	switch filter {
	case 0:
	case 1:
		for i := pixel; i < len(line); i++ {
			line[i] += line[i-pixel]
		}
	case 2:
		for i := range line {
			line[i] += up[i]
		}
	case 3:
		for i := range line {
			line[i] += byte((int(left(line, i, pixel)) + int(up[i])) / 2)
		}
	case 4:
		for i := range line {
			line[i] += paeth(left(line, i, pixel), up[i], left(up, i, pixel))
		}
	default:
		return malformed(-1, "unknown PNG filter %d", "未知の PNG フィルター %d", filter)
	}
	return nil
}

func left(line []byte, i, pixel int) byte {
	if i < pixel {
		return 0
	}
	return line[i-pixel]
}

// paeth is the predictor of PNG filter 4: the neighbour nearest to a + b - c.
func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	da, db, dc := abs(p-int(a)), abs(p-int(b)), abs(p-int(c))
	switch {
	case da <= db && da <= dc:
		return a
	case db <= dc:
		return b
	}
	return c
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
