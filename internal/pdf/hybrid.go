package pdf

import "slices"

// Reading is where an object stands for two kinds of readers of a hybrid file
// (ISO 32000-2, 7.5.8.4).
type Reading struct {
	Num       uint32
	Plain     Location // for those that pass over /XRefStm
	Full      Location // for the others
	Contested bool     // table and stream of one section both have the object, at different places
}

// Readings calls yield for every object that the hidden cross-reference streams of
// this very revision list, in ascending order, until yield returns false. Only a
// hybrid file has any.
func (r *Revision) Readings(yield func(Reading) bool) error {
	for _, s := range r.sections[:r.own] {
		if s.hidden == nil {
			continue
		}
		for _, num := range numbersOf(s.hidden) {
			reading, err := r.reading(s, num)
			if err != nil {
				return err
			}
			if !yield(reading) {
				return nil
			}
		}
	}
	return nil
}

func numbersOf(s *section) []uint32 {
	var list []uint32
	for _, sub := range s.subs {
		for i := range sub.count {
			list = append(list, sub.first+i)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (r *Revision) reading(s *section, num uint32) (out Reading, err error) {
	out.Num = num
	own, _, err := s.own(&r.file.entries, num)
	if err != nil {
		return out, err
	}
	hidden, _, err := s.hidden.own(&r.file.entries, num)
	if err != nil {
		return out, err
	}
	out.Contested = own.kind != entryFree && hidden.kind != entryFree && own != hidden
	if out.Plain, err = r.LocatePlain(num); err != nil {
		return out, err
	}
	out.Full, err = r.Locate(num)
	return out, err
}

// LocatePlain returns where an object stands for readers that pass over the
// hidden cross-reference streams of hybrid files.
func (r *Revision) LocatePlain(num uint32) (Location, error) {
	for _, s := range r.sections {
		find := s.own
		if s.kind == XRefRebuilt {
			find = s.find
		}
		if e, found, err := find(&r.file.entries, num); found || err != nil {
			return r.file.location(e), err
		}
	}
	return Location{Free: true}, nil
}

// Same reports whether two places are one, or both of no object.
func (l Location) Same(o Location) bool {
	if l.Free || o.Free {
		return l.Free == o.Free
	}
	l.Listed, o.Listed = true, true
	return l == o
}
