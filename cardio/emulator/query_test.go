package emulator_test

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/internal/lang"
)

func TestParseQuery(t *testing.T) {
	for query, want := range map[string]emulator.Options{
		"":                                  {},
		"delay=200ms&tries=1&token=android": {Delay: 200 * time.Millisecond, SignTries: 1, AuthTries: 1, Token: emulator.Android},
		"token=card":                        {},
		"token=iphone":                      {Token: emulator.IPhone},
		"token=juki":                        {Token: emulator.JukiCard},
		"tries=0":                           {SignTries: emulator.Blocked, AuthTries: emulator.Blocked},
		"tries=4":                           {SignTries: 4, AuthTries: 3},
		"tries=5":                           {SignTries: 5, AuthTries: 3},
		"delay=1m":                          {Delay: time.Minute},
		"max-apdu=255":                      {MaxAPDU: 255},
		"contactless":                       {Contactless: true},
		"contactless=true":                  {Contactless: true},
		"contactless=1":                     {Contactless: true},
		"contactless=false":                 {},
		"no-signing-certificate":            {NoSigningCertificate: true},
		"no-auth-certificate":               {NoAuthCertificate: true},
		"no-counter":                        {NoCounter: true},
		"already-verified":                  {AlreadyVerified: true},
		"status-survives-reset&first-6f00":  {StatusSurvivesReset: true, First6F00: true},
		"get-response=&wrong-le=":           {GetResponse: true, WrongLe: true},
		"wrong-signature=true":              {WrongSignature: true},
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		got, err := emulator.ParseQuery(values)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, error %v", query, got, err)
		}
		if _, err := emulator.New(got); err != nil {
			t.Errorf("%q: New: %v", query, err)
		}
	}
}

// TestParseQueryRefuses: the message names the option in both languages.
func TestParseQueryRefuses(t *testing.T) {
	for query, name := range map[string]string{
		"colour=red":              "colour",
		"Token=android":           "Token",
		"token=":                  "token",
		"token=fax":               "token",
		"token=card&token=juki":   "token",
		"tries":                   "tries",
		"tries=-1":                "tries",
		"tries=6":                 "tries",
		"tries=two":               "tries",
		"delay=200":               "delay",
		"delay=-1s":               "delay",
		"delay=61s":               "delay",
		"max-apdu=82":             "max-apdu",
		"max-apdu=257":            "max-apdu",
		"max-apdu=0":              "max-apdu",
		"contactless=perhaps":     "contactless",
		"wrong-le&wrong-le":       "wrong-le",
		"no-counter=no":           "no-counter",
		"tries=1&delay=never":     "delay",
		"first-6f00=2":            "first-6f00",
		"wrong-signature=yes%2C1": "wrong-signature",
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = emulator.ParseQuery(values)
		if err == nil {
			t.Errorf("%q: accepted", query)
			continue
		}
		for _, l := range []lang.Language{lang.English, lang.Japanese} {
			if text := lang.Explain(err, l); !strings.Contains(text, `"`+name+`"`) || strings.Contains(text, "%!") {
				t.Errorf("%q: the message is %q", query, text)
			}
		}
	}
}

// TestUnknownOptionHint: the hint lists every option that there is.
func TestUnknownOptionHint(t *testing.T) {
	_, err := emulator.ParseQuery(url.Values{"colour": {"red"}})
	for _, l := range []lang.Language{lang.English, lang.Japanese} {
		hint := lang.Hint(err, l)
		_, list, _ := strings.Cut(hint, "token")
		names := strings.Split("token"+list, ", ")
		if len(names) < 14 {
			t.Errorf("hint %q", hint)
		}
		for _, name := range names {
			_, err := emulator.ParseQuery(url.Values{name: {"no such value"}})
			if err == nil || strings.Contains(err.Error(), "has no option") {
				t.Errorf("the hint names %q, which is not an option", name)
			}
		}
	}
}
