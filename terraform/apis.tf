# bootstrap.sh switches the same list on before the first plan: an interface that was switched on a moment
# ago refuses calls for a minute, and half of the resources would fail at the first try.
resource "google_project_service" "this" {
  for_each = toset(split("\n", trimspace(file("${path.module}/apis.txt"))))

  service = each.value
  # Another deployment in the project may use it, and switching off deletes data of some.
  disable_on_destroy = false
}
