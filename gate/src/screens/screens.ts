/** All screens but the first, by name. */
import type { Component } from "vue";
import type { Screen } from "../state.ts";
import CallScreen from "./CallScreen.vue";
import CertificateScreen from "./CertificateScreen.vue";
import CheckScreen from "./CheckScreen.vue";
import ExchangeScreen from "./ExchangeScreen.vue";
import FeversScreen from "./FeversScreen.vue";
import HandoverScreen from "./HandoverScreen.vue";
import PeopleScreen from "./PeopleScreen.vue";
import QueueScreen from "./QueueScreen.vue";
import SettingsScreen from "./SettingsScreen.vue";
import ShiftScreen from "./ShiftScreen.vue";
import TodayScreen from "./TodayScreen.vue";
import VehicleScreen from "./VehicleScreen.vue";
import VerdictScreen from "./VerdictScreen.vue";

export const SCREENS: Readonly<Record<Exclude<Screen, "scan">, Component>> = {
  call: CallScreen,
  certificate: CertificateScreen,
  check: CheckScreen,
  exchange: ExchangeScreen,
  fevers: FeversScreen,
  handover: HandoverScreen,
  people: PeopleScreen,
  queue: QueueScreen,
  settings: SettingsScreen,
  shift: ShiftScreen,
  today: TodayScreen,
  vehicle: VehicleScreen,
  verdict: VerdictScreen,
};
