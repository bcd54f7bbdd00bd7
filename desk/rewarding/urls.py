"""Addresses of rewards and of their terms."""

from django.urls import path

from desk.rewarding import codes, rewards, telling, terms

urlpatterns = [
    path("rewards/", rewards.rewards, name="rewards"),
    path("rewards/export/", rewards.export, name="rewards_export"),
    path("rewards/flags/<uuid:id>/settle/", rewards.settle, name="reward_flag_settle"),
    path("rewards/<uuid:id>/", rewards.reward, name="reward"),
    path("rewards/<uuid:id>/approve/", rewards.approve, name="reward_approve"),
    path("rewards/<uuid:id>/give/", rewards.give, name="reward_give"),
    path("rewards/<uuid:id>/void/", rewards.void, name="reward_void"),
    path("referrals/<uuid:id>/told/", telling.told, name="referral_told"),
    path("settings/rewards/", terms.terms, name="settings_rewards"),
    path("settings/rewards/versions/", terms.versions, name="settings_reward_versions"),
    path("settings/rewards/rules/", terms.rules, name="settings_reward_rules"),
    path("settings/rewards/codes/", codes.codes, name="settings_reward_codes"),
    path("settings/rewards/codes/away/", codes.take_away, name="settings_reward_codes_away"),
]
