// Generated from openapi.yaml by `npm run generate`; do not edit.
import { formats, refuse } from "./runtime.js";
export const showHome200Link = validate52;
const schema19 = {"type":"string","pattern":"^</llm.txt>","$id":"showHome200Link"};
const pattern3 = new RegExp("^</llm.txt>", "u");

function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showHome200Link" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern3.test(data)){
return refuse(validate52, instancePath, "#/pattern", "pattern", {pattern: "^</llm.txt>"});
}
}
else {
return refuse(validate52, instancePath, "#/type", "type", {type: "string"});
}
}
validate52.errors = vErrors;
return errors === 0;
}

export const showHome4XXRetryAfter = validate53;
const schema20 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showHome4XXRetryAfter"};
const pattern4 = new RegExp("^[1-9][0-9]{0,5}$", "u");

function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showHome4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate53, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate53, instancePath, "#/type", "type", {type: "string"});
}
}
validate53.errors = vErrors;
return errors === 0;
}

export const showHome5XXRetryAfter = validate54;
const schema21 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showHome5XXRetryAfter"};

function validate54(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showHome5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate54, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate54, instancePath, "#/type", "type", {type: "string"});
}
}
validate54.errors = vErrors;
return errors === 0;
}

export const actOnHome303Location = validate55;
const schema22 = {"type":"string","pattern":"^/[?]said=","$id":"actOnHome303Location"};
const pattern6 = new RegExp("^/[?]said=", "u");

function validate55(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="actOnHome303Location" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern6.test(data)){
return refuse(validate55, instancePath, "#/pattern", "pattern", {pattern: "^/[?]said="});
}
}
else {
return refuse(validate55, instancePath, "#/type", "type", {type: "string"});
}
}
validate55.errors = vErrors;
return errors === 0;
}

export const actOnHome4XXRetryAfter = validate56;
const schema23 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"actOnHome4XXRetryAfter"};

function validate56(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="actOnHome4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate56, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate56, instancePath, "#/type", "type", {type: "string"});
}
}
validate56.errors = vErrors;
return errors === 0;
}

export const actOnHome5XXRetryAfter = validate57;
const schema24 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"actOnHome5XXRetryAfter"};

function validate57(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="actOnHome5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate57, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate57, instancePath, "#/type", "type", {type: "string"});
}
}
validate57.errors = vErrors;
return errors === 0;
}

export const showAlive4XXRetryAfter = validate58;
const schema25 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showAlive4XXRetryAfter"};

function validate58(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showAlive4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate58, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate58, instancePath, "#/type", "type", {type: "string"});
}
}
validate58.errors = vErrors;
return errors === 0;
}

export const showAlive5XXRetryAfter = validate59;
const schema26 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showAlive5XXRetryAfter"};

function validate59(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showAlive5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate59, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate59, instancePath, "#/type", "type", {type: "string"});
}
}
validate59.errors = vErrors;
return errors === 0;
}

export const showReady4XXRetryAfter = validate60;
const schema27 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showReady4XXRetryAfter"};

function validate60(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showReady4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate60, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate60, instancePath, "#/type", "type", {type: "string"});
}
}
validate60.errors = vErrors;
return errors === 0;
}

export const showReady5XXRetryAfter = validate61;
const schema28 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showReady5XXRetryAfter"};

function validate61(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showReady5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate61, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate61, instancePath, "#/type", "type", {type: "string"});
}
}
validate61.errors = vErrors;
return errors === 0;
}

export const showLlmText4XXRetryAfter = validate62;
const schema29 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showLlmText4XXRetryAfter"};

function validate62(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showLlmText4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate62, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate62, instancePath, "#/type", "type", {type: "string"});
}
}
validate62.errors = vErrors;
return errors === 0;
}

export const showLlmText5XXRetryAfter = validate63;
const schema30 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showLlmText5XXRetryAfter"};

function validate63(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showLlmText5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate63, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate63, instancePath, "#/type", "type", {type: "string"});
}
}
validate63.errors = vErrors;
return errors === 0;
}

export const showLlmsText4XXRetryAfter = validate64;
const schema31 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showLlmsText4XXRetryAfter"};

function validate64(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showLlmsText4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate64, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate64, instancePath, "#/type", "type", {type: "string"});
}
}
validate64.errors = vErrors;
return errors === 0;
}

export const showLlmsText5XXRetryAfter = validate65;
const schema32 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showLlmsText5XXRetryAfter"};

function validate65(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showLlmsText5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate65, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate65, instancePath, "#/type", "type", {type: "string"});
}
}
validate65.errors = vErrors;
return errors === 0;
}

export const getHealth4XXRetryAfter = validate66;
const schema33 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"getHealth4XXRetryAfter"};

function validate66(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="getHealth4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate66, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate66, instancePath, "#/type", "type", {type: "string"});
}
}
validate66.errors = vErrors;
return errors === 0;
}

export const getHealth5XXRetryAfter = validate67;
const schema34 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"getHealth5XXRetryAfter"};

function validate67(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="getHealth5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate67, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate67, instancePath, "#/type", "type", {type: "string"});
}
}
validate67.errors = vErrors;
return errors === 0;
}

export const checkHealth4XXRetryAfter = validate68;
const schema35 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"checkHealth4XXRetryAfter"};

function validate68(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="checkHealth4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate68, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate68, instancePath, "#/type", "type", {type: "string"});
}
}
validate68.errors = vErrors;
return errors === 0;
}

export const checkHealth5XXRetryAfter = validate69;
const schema36 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"checkHealth5XXRetryAfter"};

function validate69(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="checkHealth5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate69, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate69, instancePath, "#/type", "type", {type: "string"});
}
}
validate69.errors = vErrors;
return errors === 0;
}

export const getRegistrationUrl4XXRetryAfter = validate70;
const schema37 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"getRegistrationUrl4XXRetryAfter"};

function validate70(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="getRegistrationUrl4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate70, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate70, instancePath, "#/type", "type", {type: "string"});
}
}
validate70.errors = vErrors;
return errors === 0;
}

export const getRegistrationUrl5XXRetryAfter = validate71;
const schema38 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"getRegistrationUrl5XXRetryAfter"};

function validate71(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="getRegistrationUrl5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate71, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate71, instancePath, "#/type", "type", {type: "string"});
}
}
validate71.errors = vErrors;
return errors === 0;
}

export const showBindPage4XXRetryAfter = validate72;
const schema39 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showBindPage4XXRetryAfter"};

function validate72(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showBindPage4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate72, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate72, instancePath, "#/type", "type", {type: "string"});
}
}
validate72.errors = vErrors;
return errors === 0;
}

export const showBindPage5XXRetryAfter = validate73;
const schema40 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showBindPage5XXRetryAfter"};

function validate73(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showBindPage5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate73, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate73, instancePath, "#/type", "type", {type: "string"});
}
}
validate73.errors = vErrors;
return errors === 0;
}

export const startBinding303Location = validate74;
const schema41 = {"type":"string","format":"uri","$id":"startBinding303Location"};
const formats0 = formats.uri;

function validate74(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="startBinding303Location" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(errors === 0){
if(typeof data === "string"){
if(!(formats0(data))){
return refuse(validate74, instancePath, "#/format", "format", {format: "uri"});
}
}
else {
return refuse(validate74, instancePath, "#/type", "type", {type: "string"});
}
}
}
validate74.errors = vErrors;
return errors === 0;
}

export const startBinding4XXRetryAfter = validate75;
const schema42 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"startBinding4XXRetryAfter"};

function validate75(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="startBinding4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate75, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate75, instancePath, "#/type", "type", {type: "string"});
}
}
validate75.errors = vErrors;
return errors === 0;
}

export const startBinding5XXRetryAfter = validate76;
const schema43 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"startBinding5XXRetryAfter"};

function validate76(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="startBinding5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate76, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate76, instancePath, "#/type", "type", {type: "string"});
}
}
validate76.errors = vErrors;
return errors === 0;
}

export const exchangeCode4XXRetryAfter = validate77;
const schema44 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"exchangeCode4XXRetryAfter"};

function validate77(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="exchangeCode4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate77, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate77, instancePath, "#/type", "type", {type: "string"});
}
}
validate77.errors = vErrors;
return errors === 0;
}

export const exchangeCode5XXRetryAfter = validate78;
const schema45 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"exchangeCode5XXRetryAfter"};

function validate78(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="exchangeCode5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate78, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate78, instancePath, "#/type", "type", {type: "string"});
}
}
validate78.errors = vErrors;
return errors === 0;
}

export const useStorage4XXRetryAfter = validate79;
const schema46 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"useStorage4XXRetryAfter"};

function validate79(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="useStorage4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate79, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate79, instancePath, "#/type", "type", {type: "string"});
}
}
validate79.errors = vErrors;
return errors === 0;
}

export const useStorage5XXRetryAfter = validate80;
const schema47 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"useStorage5XXRetryAfter"};

function validate80(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="useStorage5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate80, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate80, instancePath, "#/type", "type", {type: "string"});
}
}
validate80.errors = vErrors;
return errors === 0;
}

export const storeCredential4XXRetryAfter = validate81;
const schema48 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"storeCredential4XXRetryAfter"};

function validate81(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="storeCredential4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate81, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate81, instancePath, "#/type", "type", {type: "string"});
}
}
validate81.errors = vErrors;
return errors === 0;
}

export const storeCredential5XXRetryAfter = validate82;
const schema49 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"storeCredential5XXRetryAfter"};

function validate82(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="storeCredential5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate82, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate82, instancePath, "#/type", "type", {type: "string"});
}
}
validate82.errors = vErrors;
return errors === 0;
}

export const getCredential200CacheControl = validate83;
const schema50 = {"type":"string","const":"no-store","$id":"getCredential200CacheControl"};

function validate83(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="getCredential200CacheControl" */;
let vErrors = null;
let errors = 0;
if(typeof data !== "string"){
return refuse(validate83, instancePath, "#/type", "type", {type: "string"});
}
if("no-store" !== data){
return refuse(validate83, instancePath, "#/const", "const", {allowedValue: "no-store"});
}
validate83.errors = vErrors;
return errors === 0;
}

export const getCredential4XXRetryAfter = validate84;
const schema51 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"getCredential4XXRetryAfter"};

function validate84(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="getCredential4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate84, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate84, instancePath, "#/type", "type", {type: "string"});
}
}
validate84.errors = vErrors;
return errors === 0;
}

export const getCredential5XXRetryAfter = validate85;
const schema52 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"getCredential5XXRetryAfter"};

function validate85(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="getCredential5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate85, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate85, instancePath, "#/type", "type", {type: "string"});
}
}
validate85.errors = vErrors;
return errors === 0;
}

export const postCredential200CacheControl = validate86;
const schema53 = {"type":"string","const":"no-store","$id":"postCredential200CacheControl"};

function validate86(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="postCredential200CacheControl" */;
let vErrors = null;
let errors = 0;
if(typeof data !== "string"){
return refuse(validate86, instancePath, "#/type", "type", {type: "string"});
}
if("no-store" !== data){
return refuse(validate86, instancePath, "#/const", "const", {allowedValue: "no-store"});
}
validate86.errors = vErrors;
return errors === 0;
}

export const postCredential4XXRetryAfter = validate87;
const schema54 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"postCredential4XXRetryAfter"};

function validate87(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="postCredential4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate87, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate87, instancePath, "#/type", "type", {type: "string"});
}
}
validate87.errors = vErrors;
return errors === 0;
}

export const postCredential5XXRetryAfter = validate88;
const schema55 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"postCredential5XXRetryAfter"};

function validate88(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="postCredential5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate88, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate88, instancePath, "#/type", "type", {type: "string"});
}
}
validate88.errors = vErrors;
return errors === 0;
}

export const getTotpCode200CacheControl = validate89;
const schema56 = {"type":"string","const":"no-store","$id":"getTotpCode200CacheControl"};

function validate89(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="getTotpCode200CacheControl" */;
let vErrors = null;
let errors = 0;
if(typeof data !== "string"){
return refuse(validate89, instancePath, "#/type", "type", {type: "string"});
}
if("no-store" !== data){
return refuse(validate89, instancePath, "#/const", "const", {allowedValue: "no-store"});
}
validate89.errors = vErrors;
return errors === 0;
}

export const getTotpCode4XXRetryAfter = validate90;
const schema57 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"getTotpCode4XXRetryAfter"};

function validate90(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="getTotpCode4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate90, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate90, instancePath, "#/type", "type", {type: "string"});
}
}
validate90.errors = vErrors;
return errors === 0;
}

export const getTotpCode5XXRetryAfter = validate91;
const schema58 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"getTotpCode5XXRetryAfter"};

function validate91(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="getTotpCode5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate91, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate91, instancePath, "#/type", "type", {type: "string"});
}
}
validate91.errors = vErrors;
return errors === 0;
}

export const postTotpCode200CacheControl = validate92;
const schema59 = {"type":"string","const":"no-store","$id":"postTotpCode200CacheControl"};

function validate92(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="postTotpCode200CacheControl" */;
let vErrors = null;
let errors = 0;
if(typeof data !== "string"){
return refuse(validate92, instancePath, "#/type", "type", {type: "string"});
}
if("no-store" !== data){
return refuse(validate92, instancePath, "#/const", "const", {allowedValue: "no-store"});
}
validate92.errors = vErrors;
return errors === 0;
}

export const postTotpCode4XXRetryAfter = validate93;
const schema60 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"postTotpCode4XXRetryAfter"};

function validate93(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="postTotpCode4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate93, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate93, instancePath, "#/type", "type", {type: "string"});
}
}
validate93.errors = vErrors;
return errors === 0;
}

export const postTotpCode5XXRetryAfter = validate94;
const schema61 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"postTotpCode5XXRetryAfter"};

function validate94(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="postTotpCode5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate94, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate94, instancePath, "#/type", "type", {type: "string"});
}
}
validate94.errors = vErrors;
return errors === 0;
}

export const proxyRequest200XUpstreamStatus = validate95;
const schema62 = {"type":"string","pattern":"^[1-5][0-9]{2}$","$id":"proxyRequest200XUpstreamStatus"};
const pattern41 = new RegExp("^[1-5][0-9]{2}$", "u");

function validate95(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="proxyRequest200XUpstreamStatus" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern41.test(data)){
return refuse(validate95, instancePath, "#/pattern", "pattern", {pattern: "^[1-5][0-9]{2}$"});
}
}
else {
return refuse(validate95, instancePath, "#/type", "type", {type: "string"});
}
}
validate95.errors = vErrors;
return errors === 0;
}

export const proxyRequest4XXRetryAfter = validate96;
const schema63 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"proxyRequest4XXRetryAfter"};

function validate96(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="proxyRequest4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate96, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate96, instancePath, "#/type", "type", {type: "string"});
}
}
validate96.errors = vErrors;
return errors === 0;
}

export const proxyRequest5XXRetryAfter = validate97;
const schema64 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"proxyRequest5XXRetryAfter"};

function validate97(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="proxyRequest5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate97, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate97, instancePath, "#/type", "type", {type: "string"});
}
}
validate97.errors = vErrors;
return errors === 0;
}

export const notifyRefresh4XXRetryAfter = validate98;
const schema65 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"notifyRefresh4XXRetryAfter"};

function validate98(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="notifyRefresh4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate98, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate98, instancePath, "#/type", "type", {type: "string"});
}
}
validate98.errors = vErrors;
return errors === 0;
}

export const notifyRefresh5XXRetryAfter = validate99;
const schema66 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"notifyRefresh5XXRetryAfter"};

function validate99(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="notifyRefresh5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate99, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate99, instancePath, "#/type", "type", {type: "string"});
}
}
validate99.errors = vErrors;
return errors === 0;
}

export const refreshTokens4XXRetryAfter = validate100;
const schema67 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"refreshTokens4XXRetryAfter"};

function validate100(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="refreshTokens4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate100, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate100, instancePath, "#/type", "type", {type: "string"});
}
}
validate100.errors = vErrors;
return errors === 0;
}

export const refreshTokens5XXRetryAfter = validate101;
const schema68 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"refreshTokens5XXRetryAfter"};

function validate101(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="refreshTokens5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate101, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate101, instancePath, "#/type", "type", {type: "string"});
}
}
validate101.errors = vErrors;
return errors === 0;
}

export const allowHost4XXRetryAfter = validate102;
const schema69 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"allowHost4XXRetryAfter"};

function validate102(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="allowHost4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate102, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate102, instancePath, "#/type", "type", {type: "string"});
}
}
validate102.errors = vErrors;
return errors === 0;
}

export const allowHost5XXRetryAfter = validate103;
const schema70 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"allowHost5XXRetryAfter"};

function validate103(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="allowHost5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate103, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate103, instancePath, "#/type", "type", {type: "string"});
}
}
validate103.errors = vErrors;
return errors === 0;
}

export const showOwnerState4XXRetryAfter = validate104;
const schema71 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showOwnerState4XXRetryAfter"};

function validate104(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showOwnerState4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate104, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate104, instancePath, "#/type", "type", {type: "string"});
}
}
validate104.errors = vErrors;
return errors === 0;
}

export const showOwnerState5XXRetryAfter = validate105;
const schema72 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showOwnerState5XXRetryAfter"};

function validate105(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showOwnerState5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate105, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate105, instancePath, "#/type", "type", {type: "string"});
}
}
validate105.errors = vErrors;
return errors === 0;
}

export const lockWebhook4XXRetryAfter = validate106;
const schema73 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"lockWebhook4XXRetryAfter"};

function validate106(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="lockWebhook4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate106, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate106, instancePath, "#/type", "type", {type: "string"});
}
}
validate106.errors = vErrors;
return errors === 0;
}

export const lockWebhook5XXRetryAfter = validate107;
const schema74 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"lockWebhook5XXRetryAfter"};

function validate107(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="lockWebhook5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate107, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate107, instancePath, "#/type", "type", {type: "string"});
}
}
validate107.errors = vErrors;
return errors === 0;
}

export const unlockWebhook4XXRetryAfter = validate108;
const schema75 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"unlockWebhook4XXRetryAfter"};

function validate108(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="unlockWebhook4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate108, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate108, instancePath, "#/type", "type", {type: "string"});
}
}
validate108.errors = vErrors;
return errors === 0;
}

export const unlockWebhook5XXRetryAfter = validate109;
const schema76 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"unlockWebhook5XXRetryAfter"};

function validate109(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="unlockWebhook5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate109, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate109, instancePath, "#/type", "type", {type: "string"});
}
}
validate109.errors = vErrors;
return errors === 0;
}

export const listServices4XXRetryAfter = validate110;
const schema77 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"listServices4XXRetryAfter"};

function validate110(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="listServices4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate110, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate110, instancePath, "#/type", "type", {type: "string"});
}
}
validate110.errors = vErrors;
return errors === 0;
}

export const listServices5XXRetryAfter = validate111;
const schema78 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"listServices5XXRetryAfter"};

function validate111(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="listServices5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate111, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate111, instancePath, "#/type", "type", {type: "string"});
}
}
validate111.errors = vErrors;
return errors === 0;
}

export const addService4XXRetryAfter = validate112;
const schema79 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"addService4XXRetryAfter"};

function validate112(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="addService4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate112, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate112, instancePath, "#/type", "type", {type: "string"});
}
}
validate112.errors = vErrors;
return errors === 0;
}

export const addService5XXRetryAfter = validate113;
const schema80 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"addService5XXRetryAfter"};

function validate113(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="addService5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate113, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate113, instancePath, "#/type", "type", {type: "string"});
}
}
validate113.errors = vErrors;
return errors === 0;
}

export const removeService4XXRetryAfter = validate114;
const schema81 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"removeService4XXRetryAfter"};

function validate114(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="removeService4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate114, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate114, instancePath, "#/type", "type", {type: "string"});
}
}
validate114.errors = vErrors;
return errors === 0;
}

export const removeService5XXRetryAfter = validate115;
const schema82 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"removeService5XXRetryAfter"};

function validate115(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="removeService5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate115, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate115, instancePath, "#/type", "type", {type: "string"});
}
}
validate115.errors = vErrors;
return errors === 0;
}

export const removeHost4XXRetryAfter = validate116;
const schema83 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"removeHost4XXRetryAfter"};

function validate116(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="removeHost4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate116, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate116, instancePath, "#/type", "type", {type: "string"});
}
}
validate116.errors = vErrors;
return errors === 0;
}

export const removeHost5XXRetryAfter = validate117;
const schema84 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"removeHost5XXRetryAfter"};

function validate117(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="removeHost5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate117, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate117, instancePath, "#/type", "type", {type: "string"});
}
}
validate117.errors = vErrors;
return errors === 0;
}

export const showAudit4XXRetryAfter = validate118;
const schema85 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showAudit4XXRetryAfter"};

function validate118(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showAudit4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate118, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate118, instancePath, "#/type", "type", {type: "string"});
}
}
validate118.errors = vErrors;
return errors === 0;
}

export const showAudit5XXRetryAfter = validate119;
const schema86 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showAudit5XXRetryAfter"};

function validate119(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showAudit5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate119, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate119, instancePath, "#/type", "type", {type: "string"});
}
}
validate119.errors = vErrors;
return errors === 0;
}

export const showDiagnosis4XXRetryAfter = validate120;
const schema87 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showDiagnosis4XXRetryAfter"};

function validate120(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showDiagnosis4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate120, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate120, instancePath, "#/type", "type", {type: "string"});
}
}
validate120.errors = vErrors;
return errors === 0;
}

export const showDiagnosis5XXRetryAfter = validate121;
const schema88 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showDiagnosis5XXRetryAfter"};

function validate121(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showDiagnosis5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate121, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate121, instancePath, "#/type", "type", {type: "string"});
}
}
validate121.errors = vErrors;
return errors === 0;
}

export const backUp4XXRetryAfter = validate122;
const schema89 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"backUp4XXRetryAfter"};

function validate122(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="backUp4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate122, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate122, instancePath, "#/type", "type", {type: "string"});
}
}
validate122.errors = vErrors;
return errors === 0;
}

export const backUp5XXRetryAfter = validate123;
const schema90 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"backUp5XXRetryAfter"};

function validate123(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="backUp5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate123, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate123, instancePath, "#/type", "type", {type: "string"});
}
}
validate123.errors = vErrors;
return errors === 0;
}

export const showMetrics4XXRetryAfter = validate124;
const schema91 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showMetrics4XXRetryAfter"};

function validate124(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showMetrics4XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate124, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate124, instancePath, "#/type", "type", {type: "string"});
}
}
validate124.errors = vErrors;
return errors === 0;
}

export const showMetrics5XXRetryAfter = validate125;
const schema92 = {"type":"string","pattern":"^[1-9][0-9]{0,5}$","$id":"showMetrics5XXRetryAfter"};

function validate125(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showMetrics5XXRetryAfter" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern4.test(data)){
return refuse(validate125, instancePath, "#/pattern", "pattern", {pattern: "^[1-9][0-9]{0,5}$"});
}
}
else {
return refuse(validate125, instancePath, "#/type", "type", {type: "string"});
}
}
validate125.errors = vErrors;
return errors === 0;
}

export const answerForms = {
  showHome: {
    "200": { types: ["text/html"], headers: {"link": { required: true, validate: showHome200Link }} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showHome4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showHome5XXRetryAfter }} },
  },
  actOnHome: {
    "303": { types: [], headers: {"location": { required: true, validate: actOnHome303Location }} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: actOnHome4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: actOnHome5XXRetryAfter }} },
  },
  showAlive: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showAlive4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showAlive5XXRetryAfter }} },
  },
  showReady: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showReady4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showReady5XXRetryAfter }} },
  },
  showLlmText: {
    "200": { types: ["text/markdown"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showLlmText4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showLlmText5XXRetryAfter }} },
  },
  showLlmsText: {
    "200": { types: ["text/markdown"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showLlmsText4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showLlmsText5XXRetryAfter }} },
  },
  getHealth: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: getHealth4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: getHealth5XXRetryAfter }} },
  },
  headHealth: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: [], headers: {} },
    "5XX": { types: [], headers: {} },
  },
  checkHealth: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: checkHealth4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: checkHealth5XXRetryAfter }} },
  },
  getRegistrationUrl: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: getRegistrationUrl4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: getRegistrationUrl5XXRetryAfter }} },
  },
  showBindPage: {
    "200": { types: ["text/html"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showBindPage4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showBindPage5XXRetryAfter }} },
  },
  startBinding: {
    "303": { types: [], headers: {"location": { required: true, validate: startBinding303Location }} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: startBinding4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: startBinding5XXRetryAfter }} },
  },
  exchangeCode: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: exchangeCode4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: exchangeCode5XXRetryAfter }} },
  },
  useStorage: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: useStorage4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: useStorage5XXRetryAfter }} },
  },
  storeCredential: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: storeCredential4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: storeCredential5XXRetryAfter }} },
  },
  getCredential: {
    "200": { types: ["application/json"], headers: {"cache-control": { required: true, validate: getCredential200CacheControl }} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: getCredential4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: getCredential5XXRetryAfter }} },
  },
  postCredential: {
    "200": { types: ["application/json"], headers: {"cache-control": { required: true, validate: postCredential200CacheControl }} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: postCredential4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: postCredential5XXRetryAfter }} },
  },
  getTotpCode: {
    "200": { types: ["application/json"], headers: {"cache-control": { required: true, validate: getTotpCode200CacheControl }} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: getTotpCode4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: getTotpCode5XXRetryAfter }} },
  },
  postTotpCode: {
    "200": { types: ["application/json"], headers: {"cache-control": { required: true, validate: postTotpCode200CacheControl }} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: postTotpCode4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: postTotpCode5XXRetryAfter }} },
  },
  proxyRequest: {
    "200": { types: ["*/*"], headers: {"x-upstream-status": { required: true, validate: proxyRequest200XUpstreamStatus }} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: proxyRequest4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: proxyRequest5XXRetryAfter }} },
  },
  notifyRefresh: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: notifyRefresh4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: notifyRefresh5XXRetryAfter }} },
  },
  refreshTokens: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: refreshTokens4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: refreshTokens5XXRetryAfter }} },
  },
  allowHost: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: allowHost4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: allowHost5XXRetryAfter }} },
  },
  showOwnerState: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showOwnerState4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showOwnerState5XXRetryAfter }} },
  },
  lockWebhook: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: lockWebhook4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: lockWebhook5XXRetryAfter }} },
  },
  unlockWebhook: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: unlockWebhook4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: unlockWebhook5XXRetryAfter }} },
  },
  listServices: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: listServices4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: listServices5XXRetryAfter }} },
  },
  addService: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: addService4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: addService5XXRetryAfter }} },
  },
  removeService: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: removeService4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: removeService5XXRetryAfter }} },
  },
  removeHost: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: removeHost4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: removeHost5XXRetryAfter }} },
  },
  showAudit: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showAudit4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showAudit5XXRetryAfter }} },
  },
  showDiagnosis: {
    "200": { types: ["application/json"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showDiagnosis4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showDiagnosis5XXRetryAfter }} },
  },
  backUp: {
    "200": { types: ["text/plain"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: backUp4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: backUp5XXRetryAfter }} },
  },
  showMetrics: {
    "200": { types: ["text/plain"], headers: {} },
    "4XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showMetrics4XXRetryAfter }} },
    "5XX": { types: ["application/json","text/html"], headers: {"retry-after": { required: false, validate: showMetrics5XXRetryAfter }} },
  },
};
