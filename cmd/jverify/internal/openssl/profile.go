package openssl

import "github.com/jsign-jp/jsign/internal/lang"

// setProfile takes the name of a set of rules for PDFs.
func setProfile(o *Options, name string) error {
	if name != "moj" {
		return &UsageError{Own: lang.Errorf("there is no profile %q; there is moj", "プロファイル「%s」はありません。指定できるのはmojです", name)}
	}
	o.Own.Profile = name
	return nil
}
