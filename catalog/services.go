package catalog

// services lists the entries of every service file. It is an explicit list so that one can click it.
func services() [][]Type {
	return [][]Type{
		rdsTypes(),
		terraformTypes(),
		vpcTypes(),
	}
}
