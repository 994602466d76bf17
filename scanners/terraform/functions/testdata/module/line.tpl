${xs}
