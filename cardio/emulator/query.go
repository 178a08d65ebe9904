package emulator

import (
	"cmp"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
)

// ParseQuery reads Options from the query of a key URI, such as
// "delay=200ms&tries=1&token=android". A switch is on when its value is empty,
// "1" or "true". The keys are:
//
//	token                   card (default), android, iphone, juki
//	contactless             switch: the ATR of a contactless reader
//	no-signing-certificate  switch: a card without a signing certificate
//	no-auth-certificate     switch: a card without an authentication certificate
//	tries                   tries left of both PINs: 0 (blocked) to 5, of which
//	                        the authentication PIN has 3 at most
//	no-counter              switch: the number of tries is not told
//	already-verified        switch: another program left the PINs verified
//	status-survives-reset   switch: a reset keeps verified PINs
//	first-6f00              switch: the first command after power-up fails
//	get-response            switch: answers are fetched by GET RESPONSE
//	wrong-le                switch: an inexact Le is refused
//	max-apdu                most data bytes in an APDU, 83 to 256
//	delay                   time per signature, such as 200ms; at most 1m
//	wrong-signature         switch: signatures do not verify
//
// Any other key, a key given twice and a value outside its range are errors.
func ParseQuery(query url.Values) (Options, error) {
	var o Options
	for _, key := range slices.Sorted(maps.Keys(query)) {
		values := query[key]
		if len(values) != 1 {
			return Options{}, lang.Errorf("option %q of the emulated card is given %d times",
				"エミュレーターのオプション%[1]qが%[2]d回指定されています", key, len(values))
		}
		if err := o.set(key, values[0]); err != nil {
			return Options{}, err
		}
	}
	return o, nil
}

// set takes one option from its text.
func (o *Options) set(key, value string) error {
	if flag := o.flag(key); flag != nil {
		on, err := strconv.ParseBool(cmp.Or(value, "true"))
		*flag = on
		return badValue(key, value, err)
	}
	var err error
	switch key {
	case "token":
		o.Token, err = parseToken(value)
	case "tries":
		o.SignTries, o.AuthTries, err = parseTries(value)
	case "max-apdu":
		o.MaxAPDU, err = parseMaxAPDU(value)
	case "delay":
		o.Delay, err = parseDelay(value)
	default:
		return unknownOption(key)
	}
	return badValue(key, value, err)
}

// flag returns the switch with this key, or nil.
func (o *Options) flag(key string) *bool {
	switch key {
	case "contactless":
		return &o.Contactless
	case "no-signing-certificate":
		return &o.NoSigningCertificate
	case "no-auth-certificate":
		return &o.NoAuthCertificate
	case "no-counter":
		return &o.NoCounter
	case "already-verified":
		return &o.AlreadyVerified
	case "status-survives-reset":
		return &o.StatusSurvivesReset
	case "first-6f00":
		return &o.First6F00
	case "get-response":
		return &o.GetResponse
	case "wrong-le":
		return &o.WrongLe
	case "wrong-signature":
		return &o.WrongSignature
	}
	return nil
}

// errValue says that a value has not the form its key asks for. The caller
// names both.
var errValue = errors.New("bad value")

func parseToken(value string) (Token, error) {
	switch value {
	case "card":
		return PlasticCard, nil
	case "android":
		return Android, nil
	case "iphone":
		return IPhone, nil
	case "juki":
		return JukiCard, nil
	}
	return 0, errValue
}

// parseTries reads the tries left of both PINs.
func parseTries(value string) (sign, auth int, err error) {
	n, err := strconv.Atoi(value)
	switch {
	case err != nil || n < 0 || n > MaxSignTries:
		return 0, 0, errValue
	case n == 0:
		return Blocked, Blocked, nil
	}
	return n, min(n, MaxAuthTries), nil
}

func parseMaxAPDU(value string) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < minMaxAPDU || n > maxMaxAPDU {
		return 0, errValue
	}
	return n, nil
}

func parseDelay(value string) (time.Duration, error) {
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 || d > maxDelay {
		return 0, errValue
	}
	return d, nil
}

// badValue names the option whose value could not be read; nil stays nil.
func badValue(key, value string, err error) error {
	if err == nil {
		return nil
	}
	return lang.Errorf("option %q of the emulated card cannot be %q",
		"エミュレーターのオプション%qに%qは指定できません", key, value)
}

func unknownOption(key string) error {
	err := lang.Errorf("the emulated card has no option %q", "エミュレーターに%qというオプションはありません", key)
	known := strings.Join(optionKeys(), ", ")
	return lang.WithHint(err, "the options are %s", "使えるオプション: %s", known)
}

// optionKeys lists what ParseQuery knows.
func optionKeys() []string {
	return []string{"token", "contactless", "no-signing-certificate", "no-auth-certificate", "tries", "no-counter",
		"already-verified", "status-survives-reset", "first-6f00", "get-response", "wrong-le", "max-apdu", "delay",
		"wrong-signature"}
}
