package openssl

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
)

// Parse reads a command line as openssl does: options begin with one or two
// dashes, take their value after "=" or from the next word, and the last one
// given counts. openssl stops at the first operand; here options may follow
// operands when mixed is set, and "--" ends them.
//
// The error is a *UsageError; the Options are then as far as they were read.
func Parse(args []string, mixed bool) (*Options, error) {
	o := &Options{}
	for len(args) > 0 {
		word := args[0]
		args = args[1:]
		switch {
		case word == "--":
			o.Operands = append(o.Operands, args...)
			args = nil
		case word == "-" || !strings.HasPrefix(word, "-"):
			o.Operands = append(o.Operands, word)
			if !mixed {
				o.Operands = append(o.Operands, args...)
				args = nil
			}
		default:
			rest, err := o.option(word, args)
			if err != nil {
				return o, err
			}
			args = rest
		}
	}
	if o.Own.Help || o.Own.Version {
		return o, nil
	}
	return o, o.finish()
}

// option takes one option, and its value from args if it is there.
func (o *Options) option(word string, args []string) (rest []string, err error) {
	name, value, given := strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
	opt := find(name)
	if opt == nil {
		o.cipher = name // openssl takes any unknown option for one
		return args, nil
	}
	if opt.kind == flag {
		if given {
			return nil, usage(fmt.Sprintf("cms: Option -%s does not take a value", name))
		}
		return args, opt.set(o, name)
	}
	if !given {
		if len(args) == 0 {
			return nil, usage(fmt.Sprintf("cms: Option -%s needs a value", name))
		}
		value, args = args[0], args[1:]
	}
	if err := opt.kind.check(value); err != nil {
		return nil, err
	}
	return args, opt.set(o, value)
}

// find looks an option up. Underscores and dashes inside a name are alike.
func find(name string) *option {
	for i := range table {
		if table[i].name == name {
			return &table[i]
		}
	}
	folded := strings.ReplaceAll(name, "-", "_")
	for i := range table {
		if strings.ReplaceAll(table[i].name, "-", "_") == folded {
			return &table[i]
		}
	}
	return nil
}

// kind is what an option takes.
type kind int

const (
	flag kind = iota
	text
	folder
	integer // an int
	seconds // an intmax_t
)

func (k kind) check(value string) error {
	switch k {
	case folder:
		if info, err := os.Stat(value); err != nil || !info.IsDir() {
			return usage("cms: Not a directory: " + value)
		}
	case integer:
		n, err := parseNumber(value)
		if err == nil && (n < math.MinInt32 || n > math.MaxInt32) {
			err = strconv.ErrRange
		}
		if errors.Is(err, strconv.ErrRange) {
			return usage(fmt.Sprintf("cms: Value %q outside integer range", value))
		}
		if err != nil {
			return cannotParse(value)
		}
	case seconds:
		if _, err := parseNumber(value); err != nil {
			return cannotParse(value)
		}
	}
	return nil
}

func cannotParse(value string) error {
	return usage(fmt.Sprintf(`cms: Can't parse "%s" as a number`, value))
}

// parseNumber reads a number as strtol(3) with base 0 does.
func parseNumber(value string) (int64, error) {
	return strconv.ParseInt(strings.ReplaceAll(strings.TrimLeft(value, " \t\n\v\f\r"), "_", "?"), 0, 64)
}

func number(value string) Number {
	n, _ := parseNumber(value) // checked by kind
	return Number{n, true}
}

// parseForm reads the value of -inform. openssl looks at the first letter, and
// for some also at the rest.
func parseForm(option, value string) (Form, error) {
	upper := strings.ToUpper(value)
	switch {
	case strings.HasPrefix(upper, "D"):
		return DER, nil
	case upper == "P" || upper == "PEM":
		return PEM, nil
	case strings.HasPrefix(upper, "S"):
		return SMIME, nil
	}
	lines := []string{fmt.Sprintf(`cms: Bad format "%s"`, value)}
	if otherForm(upper) {
		lines = []string{lines[0] + "; must be one of:", "   PEM/DER", "   smime"}
	}
	return 0, usage(append(lines, fmt.Sprintf(`cms: Invalid format "%s" for option -%s`, value, option))...)
}

// otherForm tells a form that openssl knows but cms does not take.
func otherForm(upper string) bool {
	switch upper {
	case "PVK", "P12", "PKCS12", "1":
		return true
	case "":
		return false
	}
	return strings.ContainsRune("NTEMH", rune(upper[0]))
}

// finish checks what openssl checks after the last option, in its order.
func (o *Options) finish() error {
	if o.digest != "" && !knownName(digestNames, o.digest) {
		return unsupported("cms: Unknown option or message digest: ", o.digest)
	}
	for _, name := range []string{o.cipher, o.wrap} {
		if name != "" && !knownName(cipherNames, name) {
			return unsupported("cms: Unknown cipher: ", name)
		}
	}
	switch {
	case (o.receipts.all || o.receipts.from) && !o.receipts.to:
		return usage("No Signed Receipts Recipients")
	case o.receipts.to || o.receipts.from:
		return usage("Signed receipts only allowed with -sign")
	case o.signers > 1:
		return usage("Multiple signers or keys not allowed")
	case len(o.keys) > 1:
		return &UsageError{Lines: []string{"Illegal -inkey without -signer"}}
	case o.CAdES && o.noAttr:
		return usage("Incompatible options: CAdES requires signed attributes")
	case o.CAdES && (o.NoVerify || o.NoAttrVerify):
		return usage("Incompatible options: CAdES validation requires certs and signed attributes validations")
	}
	return nil
}

func unsupported(message, name string) error {
	return &UsageError{Lines: []string{message + name}, Queue: []Entry{fetchFailed(name)}}
}

func knownName(names, name string) bool {
	return strings.Contains(names, " "+strings.ToLower(name)+" ")
}

// Warnings returns the lines that openssl prints before it begins.
func (o *Options) Warnings() (lines []string) {
	if o.noDetach {
		lines = append(lines, "Warning: -nodetach option is ignored for non-signing operation")
	}
	if len(o.Operands) > 0 {
		lines = append(lines, "Warning: recipient certificate file parameters ignored for operation other than -encrypt")
	}
	return lines
}
