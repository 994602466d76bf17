terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = ["111122223333"]
}

variable "region" {
  default = "eu-west-1"
}

variable "stage" {
  default = "prod"
}

variable "password" {
  sensitive = true
  default   = "correct-horse"
}

variable "services" {
  default = {
    basket = { port = 8080, ports = [8080, 8443], min = 2 }
    search = { port = 9090, ports = [9090], min = 3 }
  }
}

locals {
  tags = {
    Environment = var.stage
    Team        = "shop"
  }
}

module "network" {
  source = "./network"
  zones  = 2
  tags   = local.tags
}

module "service" {
  source   = "./service"
  for_each = var.services

  name           = each.key
  port           = each.value.port
  ports          = each.value.ports
  min_size       = each.value.min
  vpc_id         = module.network.vpc_id
  subnets        = module.network.private_subnets
  listener_arn   = aws_lb_listener.https.arn
  balancer_group = aws_security_group.balancer.id
  tags           = local.tags
}

resource "aws_security_group" "balancer" {
  name   = "balancer"
  vpc_id = module.network.vpc_id

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lb" "main" {
  name               = "shop"
  load_balancer_type = "application"
  subnets            = module.network.public_subnets
  security_groups    = [aws_security_group.balancer.id]

  access_logs {
    bucket  = aws_s3_bucket.logs.id
    enabled = true
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = "arn:aws:acm:eu-west-1:111122223333:certificate/0b5e3c11"

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}

resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id

  versioning_configuration {
    status = "Enabled"
  }
}
