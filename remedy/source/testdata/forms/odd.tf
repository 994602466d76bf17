resource "a" "empty" {}
resource "a" "space" { }
resource "a" "line" { x = 1 }
resource "a" "lines" {
}
resource "a" "comment" { # here
}
resource "a" "remark" {
  /* long
     remark */
  x = 1 /* ends
  later */
}
resource "a" "heredoc" {
  x = <<EOT
}
y = {
EOT
}
resource "a" "nested" {
  b {
    x = 1
  }
}
resource "a" "only" {
  b { x = 1 }
  # the end
}
resource "a" "map" {
  x = {
    a = "}" // {
  }
}
resource a bare {
	x = "${foo("}")}" # tabs
}
resource "a" "string" {
  x = "# no comment"
}
