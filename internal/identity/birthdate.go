package identity

import (
	"fmt"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
)

// BirthDate is a birth date as registered. Registers hold incomplete ones, so
// Year, Month and Day are each 0 when unknown. The zero value means that the
// certificate does not say.
type BirthDate struct {
	Era              Era
	Year, Month, Day int // Gregorian
	stated           bool
}

// Era is the Japanese era that a birth date was registered in.
type Era int

// The eras, with the digits that the certificate uses.
const (
	EraUnknown Era = iota
	Meiji
	Taisho
	Showa
	Heisei
	Reiwa
)

// data returns an era's names and the Gregorian year before its first.
func (e Era) data() (en, ja string, yearZero int) {
	switch e {
	case Meiji:
		return "Meiji", "明治", 1867
	case Taisho:
		return "Taisho", "大正", 1911
	case Showa:
		return "Showa", "昭和", 1925
	case Heisei:
		return "Heisei", "平成", 1988
	case Reiwa:
		return "Reiwa", "令和", 2018
	}
	return "", "", 0
}

// Stated reports whether the certificate carries a birth date.
func (d BirthDate) Stated() bool { return d.stated }

// Complete reports whether year, month and day are known.
func (d BirthDate) Complete() bool { return d.Year > 0 && d.Month > 0 && d.Day > 0 }

// parseBirthDate reads EYYYYMMDD: the era's digit, then a Gregorian date
// whose parts are zeros where unknown. It is false for anything else, also for
// a day that does not exist.
func parseBirthDate(v string) (BirthDate, bool) {
	if len(v) != 9 {
		return BirthDate{}, false
	}
	for i := range len(v) {
		if v[i] < '0' || v[i] > '9' {
			return BirthDate{}, false
		}
	}
	d := BirthDate{
		Era: Era(v[0] - '0'), Year: number(v[1:5]), Month: number(v[5:7]), Day: number(v[7:9]), stated: true,
	}
	return d, d.Era <= Reiwa && d.exists()
}

// number reads decimal digits.
func number(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

// exists reports whether the known parts make a date. Where the year is
// unknown, 29 February may be one.
func (d BirthDate) exists() bool {
	if d.Month == 0 {
		return d.Day <= 31
	}
	year := d.Year
	if year == 0 {
		year = 2000 // a leap year
	}
	lastDay := time.Date(year, time.Month(d.Month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return d.Month <= 12 && d.Day <= lastDay
}

// String returns the date as ISO 8601 does, with question marks for unknown
// parts: "1990-04-01", "1945-??-??"; empty when it is not stated.
func (d BirthDate) String() string {
	if !d.stated {
		return ""
	}
	return part(d.Year, 4) + "-" + part(d.Month, 2) + "-" + part(d.Day, 2)
}

// part renders n in that many digits, or as many question marks.
func part(n, digits int) string {
	if n == 0 {
		return "????"[:digits]
	}
	return fmt.Sprintf("%0*d", digits, n)
}

// Message returns the date for people: ISO 8601 with the era's year in English
// ("1990-04-01 (Heisei 2)"), the era's year first in Japanese
// ("平成2年（1990年）4月1日").
func (d BirthDate) Message() lang.Message {
	if !d.stated {
		return lang.M("not stated", "記載なし")
	}
	return lang.M("%[1]s", "%[2]s", d.english(), d.japanese())
}

func (d BirthDate) english() string {
	name, _, zero := d.Era.data()
	if zero == 0 || d.Year <= zero {
		return d.String()
	}
	return fmt.Sprintf("%s (%s %d)", d, name, d.Year-zero)
}

// japanese gives the known parts, then tells which are not known.
func (d BirthDate) japanese() string {
	known, unknown := "", ""
	for _, p := range []struct {
		n          int
		text, unit string
	}{
		{d.Year, d.japaneseYear(), "年"},
		{d.Month, fmt.Sprintf("%d月", d.Month), "月"},
		{d.Day, fmt.Sprintf("%d日", d.Day), "日"},
	} {
		if p.n > 0 {
			known += p.text
		} else {
			unknown += p.unit
		}
	}
	switch {
	case unknown == "":
		return known
	case known == "":
		return unknown + "不明"
	}
	return known + "、" + unknown + "不明"
}

// japaneseYear writes an era's first year as 元年, as registers do.
func (d BirthDate) japaneseYear() string {
	_, name, zero := d.Era.data()
	switch {
	case zero == 0 || d.Year <= zero:
		return fmt.Sprintf("%d年", d.Year)
	case d.Year == zero+1:
		return fmt.Sprintf("%s元年（%d年）", name, d.Year)
	}
	return fmt.Sprintf("%s%d年（%d年）", name, d.Year-zero, d.Year)
}
