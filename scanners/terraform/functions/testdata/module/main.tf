variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

variable "secrets" {
  type = map(string)
  default = {
    a = "x"
    b = "y"
  }
  sensitive = true
}

variable "brief" {
  type      = string
  default   = "gone"
  ephemeral = true
}

variable "nothing" {
  type    = string
  default = null
}

variable "names" {
  type    = list(string)
  default = ["b", "a", "b"]
}

variable "tags" {
  type = map(string)
  default = {
    Name = "db"
    Team = "core"
  }
}

variable "none" {
  type    = list(string)
  default = []
}

locals {
  template  = "hello $${name}"
  templates = ["one $${n}", "two $${n}"]
  broken    = "hello $${name"
  number    = 7
}

resource "terraform_data" "later" {}

resource "terraform_data" "many" {
  count = 2
}
