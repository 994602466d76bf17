variable "name" {}

variable "port" {}

variable "ports" {}

variable "min_size" {}

variable "vpc_id" {}

variable "subnets" {}

variable "listener_arn" {}

variable "balancer_group" {}

variable "tags" {}

resource "aws_security_group" "service" {
  name   = var.name
  vpc_id = var.vpc_id

  dynamic "ingress" {
    for_each = var.ports

    content {
      from_port       = ingress.value
      to_port         = ingress.value
      protocol        = "tcp"
      security_groups = [var.balancer_group]
    }
  }
}

resource "aws_launch_template" "service" {
  name                   = var.name
  image_id               = "ami-0123456789abcdef0"
  instance_type          = "m6g.large"
  vpc_security_group_ids = [aws_security_group.service.id]
}

resource "aws_lb_target_group" "service" {
  name     = var.name
  port     = var.port
  protocol = "HTTP"
  vpc_id   = var.vpc_id

  health_check {
    path    = "/health"
    matcher = "200"
  }
}

resource "aws_lb_listener_rule" "service" {
  listener_arn = var.listener_arn

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.service.arn
  }

  condition {
    path_pattern {
      values = ["/${var.name}/*"]
    }
  }
}

resource "aws_autoscaling_group" "service" {
  name                = var.name
  min_size            = var.min_size
  max_size            = 6
  vpc_zone_identifier = var.subnets
  target_group_arns   = [aws_lb_target_group.service.arn]
  health_check_type   = "ELB"

  launch_template {
    id      = aws_launch_template.service.id
    version = "$Latest"
  }

  dynamic "tag" {
    for_each = var.tags

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }
}

output "group_id" {
  value = aws_security_group.service.id
}
