"""Django admin of the hub's own rows. Everything derived is read-only; people edit rules, actors and decide."""

from django.contrib import admin

from mdm.admin import actors, cases, records, rulesets, tokens  # noqa: F401

admin.site.site_header = "Goldenrod"
admin.site.site_title = "Goldenrod"
admin.site.index_title = "Administration"
admin.site.site_url = "/"
admin.site.enable_nav_sidebar = False
