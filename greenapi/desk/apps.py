"""Makes the desk the site of Django's admin."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "greenapi.desk.site.DeskSite"
