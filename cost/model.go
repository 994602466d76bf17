package cost

import "github.com/shopspring/decimal"

// The traffic model of the profiles: one system that answers 1, 10 or 100 requests a second all month. Every assumed
// quantity is made of these figures; docs/cost-usage.md prints them.
var (
	monthlyRequests = [3]int64{2_628_000, 26_280_000, 262_800_000} // 1, 10, 100 a second in 730 hours
	storedGB        = [3]int64{10, 100, 1000}
)

const (
	responseKB = 20 // of one answer
	logKB      = 1  // written for one request
	messageKB  = 4  // of one message, event or record
)

// perRequest makes a field of so many units for each request.
func perRequest(field, what string, times float64, of string) Param {
	f := decimal.NewFromFloat(times)
	q := func(i int) decimal.Decimal { return num(monthlyRequests[i]).Mul(f) }
	return Param{Field: field, What: what, Low: q(0), Medium: q(1), High: q(2), Of: of}
}

// requestsField is a field of requests, one for each request of the model.
func requestsField(field, what string) Param {
	return perRequest(field, what, 1, "1, 10, 100 a second")
}

// dataField is a field of GB moved, kB for each request.
func dataField(field, what string, kB int64, of string) Param {
	return perRequest(field, what, float64(kB)/1e6, of)
}

// responsesField is the data of the answers.
func responsesField(field, what string) Param {
	return dataField(field, what, responseKB, "20 kB for each request")
}

// storedField is a field of GB kept.
func storedField(field, what string) Param {
	return Param{Field: field, What: what, Low: num(storedGB[0]), Medium: num(storedGB[1]), High: num(storedGB[2]), Of: "10, 100, 1,000 GB kept"}
}

// figures is a field whose three quantities are given.
func figures(field, what string, low, medium, high float64, of string) Param {
	return Param{Field: field, What: what, Low: decimal.NewFromFloat(low), Medium: decimal.NewFromFloat(medium), High: decimal.NewFromFloat(high), Of: of}
}

// none is a field that the profiles leave at zero: an extra that most systems do not use.
func none(field, what string) Param {
	return figures(field, what, 0, 0, 0, "not used unless it is given")
}
