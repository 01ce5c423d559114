"""The paired phones: rename and revoke them."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_NAME

from .edge_flow import EdgeFlow
from .errors import AmbianicError
from .models import Phone
from .phone_forms import CONF_PHONE, NAME_SCHEMA, phone_schema


class PhoneFlow(EdgeFlow):
    """The steps that manage the phones."""

    # The phone that is being managed.
    phone: Phone | None = None

    async def async_step_phones(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose a phone."""
        phones = self.coordinator.data.phones
        if user_input is None:
            return self.async_show_form(
                step_id="phones",
                data_schema=phone_schema(phones.values()),
                last_step=False,
            )
        self.phone = phones.get(user_input[CONF_PHONE])
        if self.phone is None:
            return self.async_abort(reason="phone_gone")
        return await self.async_step_phone()

    async def async_step_phone(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what to do with the phone."""
        assert self.phone is not None
        return self.async_show_menu(
            step_id="phone",
            menu_options=["rename_phone", "revoke_phone"],
            description_placeholders={
                CONF_NAME: self.phone.name,
                "paired_by": self.phone.paired_by,
            },
        )

    async def async_step_rename_phone(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Rename a phone."""
        assert self.phone is not None
        if user_input is not None:
            self._set_form("rename_phone", user_input)
            try:
                phone = await self.coordinator.client.async_rename_phone(
                    self.phone.id, user_input[CONF_NAME]
                )
            except AmbianicError as err:
                return await self._async_show_error(err)
            self.coordinator.async_set_phone(phone)
            return self._finish()
        return self.async_show_form(
            step_id="rename_phone",
            data_schema=self.add_suggested_values_to_schema(
                NAME_SCHEMA, self._values or {CONF_NAME: self.phone.name}
            ),
            description_placeholders={
                CONF_NAME: self.phone.name,
                "reason": self._reason,
            },
            errors=self._errors,
        )

    async def async_step_revoke_phone(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Revoke a phone once it is confirmed."""
        assert self.phone is not None
        if user_input is not None:
            self._set_form("revoke_phone", user_input)
            try:
                await self.coordinator.client.async_revoke_phone(self.phone.id)
            except AmbianicError as err:
                return await self._async_show_error(err)
            self.coordinator.async_remove_phone(self.phone.id)
            return self._finish()
        return self.async_show_form(
            step_id="revoke_phone",
            description_placeholders={
                CONF_NAME: self.phone.name,
                "reason": self._reason,
            },
            errors=self._errors,
        )
