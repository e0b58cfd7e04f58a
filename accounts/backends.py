from allauth.account.auth_backends import AuthenticationBackend


class SignInBackend(AuthenticationBackend):
    """allauth's sign-in alone: what one may do comes from grants, never from Django's own permissions."""

    def has_perm(self, user_obj, perm, obj=None) -> bool:
        return False

    def get_all_permissions(self, user_obj, obj=None) -> set[str]:
        return set()
