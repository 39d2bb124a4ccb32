resource "digitalocean_domain" "this" {
  count = var.domain == "" ? 0 : 1
  name  = var.domain
}

resource "digitalocean_record" "host" {
  for_each = var.domain == "" || var.load_balancer_ip == "" ? [] : var.hosts
  domain   = digitalocean_domain.this[0].id
  type     = "A"
  name     = each.key
  value    = var.load_balancer_ip
  ttl      = 300
}

# Only this authority may give certificates for the domain.
resource "digitalocean_record" "caa" {
  count  = var.domain == "" ? 0 : 1
  domain = digitalocean_domain.this[0].id
  type   = "CAA"
  name   = "@"
  value  = "letsencrypt.org."
  flags  = 0
  tag    = "issue"
  ttl    = 3600
}
