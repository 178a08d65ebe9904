package lang

// Cause returns what an error of the net packages is about, without the operation and
// the address that they wrap it in: the sentence around it names them.
func Cause(err error) error {
	for {
		wrapper, ok := err.(interface {
			Unwrap() error
			Timeout() bool
		})
		if !ok || wrapper.Unwrap() == nil {
			return err
		}
		err = wrapper.Unwrap()
	}
}
