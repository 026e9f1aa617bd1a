// Generated from openapi.yaml by `npm run generate`; do not edit.
import { refuse, ucs2length } from "./runtime.js";
export const showHomeQuery = validate52;
const schema19 = {"type":"object","required":[],"properties":{"service":{"type":"string","maxLength":256},"op":{"type":"string","maxLength":64},"outcome":{"type":"string","maxLength":64},"said":{"type":"string","maxLength":64}},"$id":"showHomeQuery"};
const func1 = ucs2length;

function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showHomeQuery" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.service !== undefined){
let data0 = data.service;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 256){
return refuse(validate52, instancePath+"/service", "#/properties/service/maxLength", "maxLength", {limit: 256});
}
}
else {
return refuse(validate52, instancePath+"/service", "#/properties/service/type", "type", {type: "string"});
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.op !== undefined){
let data1 = data.op;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func1(data1) > 64){
return refuse(validate52, instancePath+"/op", "#/properties/op/maxLength", "maxLength", {limit: 64});
}
}
else {
return refuse(validate52, instancePath+"/op", "#/properties/op/type", "type", {type: "string"});
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.outcome !== undefined){
let data2 = data.outcome;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data2 === "string"){
if(func1(data2) > 64){
return refuse(validate52, instancePath+"/outcome", "#/properties/outcome/maxLength", "maxLength", {limit: 64});
}
}
else {
return refuse(validate52, instancePath+"/outcome", "#/properties/outcome/type", "type", {type: "string"});
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.said !== undefined){
let data3 = data.said;
const _errs7 = errors;
if(errors === _errs7){
if(typeof data3 === "string"){
if(func1(data3) > 64){
return refuse(validate52, instancePath+"/said", "#/properties/said/maxLength", "maxLength", {limit: 64});
}
}
else {
return refuse(validate52, instancePath+"/said", "#/properties/said/type", "type", {type: "string"});
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
return refuse(validate52, instancePath, "#/type", "type", {type: "object"});
}
}
validate52.errors = vErrors;
return errors === 0;
}

export const HomeForm = validate53;
const schema20 = {"type":"object","required":["action"],"properties":{"action":{"type":"string","enum":["sign-in","sign-out","lock","unlock","allow-host","remove-host","remove-service"]},"secret":{"type":"string","maxLength":1024},"service":{"type":"string","maxLength":512},"host":{"type":"string","maxLength":253}},"$id":"HomeForm"};

function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="HomeForm" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.action === undefined) && (missing0 = "action")){
return refuse(validate53, instancePath, "#/required", "required", {missingProperty: missing0});
}
else {
if(data.action !== undefined){
let data0 = data.action;
const _errs1 = errors;
if(typeof data0 !== "string"){
return refuse(validate53, instancePath+"/action", "#/properties/action/type", "type", {type: "string"});
}
if(!(((((((data0 === "sign-in") || (data0 === "sign-out")) || (data0 === "lock")) || (data0 === "unlock")) || (data0 === "allow-host")) || (data0 === "remove-host")) || (data0 === "remove-service"))){
return refuse(validate53, instancePath+"/action", "#/properties/action/enum", "enum", {allowedValues: schema20.properties.action.enum});
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.secret !== undefined){
let data1 = data.secret;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func1(data1) > 1024){
return refuse(validate53, instancePath+"/secret", "#/properties/secret/maxLength", "maxLength", {limit: 1024});
}
}
else {
return refuse(validate53, instancePath+"/secret", "#/properties/secret/type", "type", {type: "string"});
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.service !== undefined){
let data2 = data.service;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data2 === "string"){
if(func1(data2) > 512){
return refuse(validate53, instancePath+"/service", "#/properties/service/maxLength", "maxLength", {limit: 512});
}
}
else {
return refuse(validate53, instancePath+"/service", "#/properties/service/type", "type", {type: "string"});
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.host !== undefined){
let data3 = data.host;
const _errs7 = errors;
if(errors === _errs7){
if(typeof data3 === "string"){
if(func1(data3) > 253){
return refuse(validate53, instancePath+"/host", "#/properties/host/maxLength", "maxLength", {limit: 253});
}
}
else {
return refuse(validate53, instancePath+"/host", "#/properties/host/type", "type", {type: "string"});
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
return refuse(validate53, instancePath, "#/type", "type", {type: "object"});
}
}
validate53.errors = vErrors;
return errors === 0;
}

export const HealthCheck = validate54;
const schema21 = {"type":"object","properties":{"requestId":{"type":"string","maxLength":256}},"$id":"HealthCheck"};

function validate54(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="HealthCheck" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.requestId !== undefined){
let data0 = data.requestId;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 256){
return refuse(validate54, instancePath+"/requestId", "#/properties/requestId/maxLength", "maxLength", {limit: 256});
}
}
else {
return refuse(validate54, instancePath+"/requestId", "#/properties/requestId/type", "type", {type: "string"});
}
}
}
}
else {
return refuse(validate54, instancePath, "#/type", "type", {type: "object"});
}
}
validate54.errors = vErrors;
return errors === 0;
}

export const getRegistrationUrlQuery = validate55;
const schema22 = {"type":"object","required":[],"properties":{"tv":{"type":"string","maxLength":2048}},"$id":"getRegistrationUrlQuery"};

function validate55(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="getRegistrationUrlQuery" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.tv !== undefined){
let data0 = data.tv;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 2048){
return refuse(validate55, instancePath+"/tv", "#/properties/tv/maxLength", "maxLength", {limit: 2048});
}
}
else {
return refuse(validate55, instancePath+"/tv", "#/properties/tv/type", "type", {type: "string"});
}
}
}
}
else {
return refuse(validate55, instancePath, "#/type", "type", {type: "object"});
}
}
validate55.errors = vErrors;
return errors === 0;
}

export const showBindPageQuery = validate56;
const schema23 = {"type":"object","required":[],"properties":{"tv":{"type":"string","maxLength":2048}},"$id":"showBindPageQuery"};

function validate56(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showBindPageQuery" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.tv !== undefined){
let data0 = data.tv;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 2048){
return refuse(validate56, instancePath+"/tv", "#/properties/tv/maxLength", "maxLength", {limit: 2048});
}
}
else {
return refuse(validate56, instancePath+"/tv", "#/properties/tv/type", "type", {type: "string"});
}
}
}
}
else {
return refuse(validate56, instancePath, "#/type", "type", {type: "object"});
}
}
validate56.errors = vErrors;
return errors === 0;
}

export const BindingForm = validate57;
const schema24 = {"type":"object","properties":{"tv":{"type":"string","maxLength":2048}},"$id":"BindingForm"};

function validate57(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="BindingForm" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.tv !== undefined){
let data0 = data.tv;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 2048){
return refuse(validate57, instancePath+"/tv", "#/properties/tv/maxLength", "maxLength", {limit: 2048});
}
}
else {
return refuse(validate57, instancePath+"/tv", "#/properties/tv/type", "type", {type: "string"});
}
}
}
}
else {
return refuse(validate57, instancePath, "#/type", "type", {type: "object"});
}
}
validate57.errors = vErrors;
return errors === 0;
}

export const ExchangeRequest = validate58;
const schema25 = {"type":"object","required":["code"],"properties":{"code":{"type":"string","minLength":1,"maxLength":256}},"$id":"ExchangeRequest"};

function validate58(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="ExchangeRequest" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.code === undefined) && (missing0 = "code")){
return refuse(validate58, instancePath, "#/required", "required", {missingProperty: missing0});
}
else {
if(data.code !== undefined){
let data0 = data.code;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 256){
return refuse(validate58, instancePath+"/code", "#/properties/code/maxLength", "maxLength", {limit: 256});
}
else {
if(func1(data0) < 1){
return refuse(validate58, instancePath+"/code", "#/properties/code/minLength", "minLength", {limit: 1});
}
}
}
else {
return refuse(validate58, instancePath+"/code", "#/properties/code/type", "type", {type: "string"});
}
}
}
}
}
else {
return refuse(validate58, instancePath, "#/type", "type", {type: "object"});
}
}
validate58.errors = vErrors;
return errors === 0;
}

export const StorageRequest = validate59;
const schema26 = {"oneOf":[{"type":"object","required":["operation","collection","key"],"properties":{"operation":{"type":"string","const":"get"},"collection":{"type":"string","enum":["tokens","proxy_configs","audit","vault_config"]},"key":{"type":"string","minLength":1,"maxLength":512,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"requestId":{"type":"string","maxLength":256}}},{"type":"object","required":["operation","collection","key","data"],"properties":{"operation":{"type":"string","const":"set"},"collection":{"type":"string","enum":["tokens","proxy_configs","audit","vault_config"]},"key":{"type":"string","minLength":1,"maxLength":512,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"data":{"type":"object","additionalProperties":true},"requestId":{"type":"string","maxLength":256}}},{"type":"object","required":["operation","collection","key"],"properties":{"operation":{"type":"string","const":"delete"},"collection":{"type":"string","enum":["tokens","proxy_configs","audit","vault_config"]},"key":{"type":"string","minLength":1,"maxLength":512,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"requestId":{"type":"string","maxLength":256}}},{"type":"object","required":["operation","collection"],"properties":{"operation":{"type":"string","const":"list"},"collection":{"type":"string","enum":["tokens","proxy_configs","audit","vault_config"]},"options":{"type":"object","properties":{"limit":{"type":"integer","minimum":1},"after":{"type":["string","number"]},"since":{"type":["string","number"]},"filters":{"type":"object","additionalProperties":true}}},"requestId":{"type":"string","maxLength":256}}},{"type":"object","required":["operation","collections"],"properties":{"operation":{"type":"string","const":"list_batch"},"collections":{"type":"array","maxItems":64,"items":{"type":"string"}},"options":{"type":"object","properties":{"limit":{"type":"integer","minimum":1},"after":{"type":["string","number"]},"since":{"type":["string","number"]},"filters":{"type":"object","additionalProperties":true}}},"requestId":{"type":"string","maxLength":256}}}],"discriminator":{"propertyName":"operation"},"type":"object","$id":"StorageRequest"};
const pattern3 = new RegExp("^[^\\u0000-\\u001f\\u007f]*$", "u");

function validate59(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="StorageRequest" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const tag0 = data.operation;
if(typeof tag0 == "string"){
if(tag0 === "get"){
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.operation === undefined) && (missing0 = "operation")) || ((data.collection === undefined) && (missing0 = "collection"))) || ((data.key === undefined) && (missing0 = "key"))){
return refuse(validate59, instancePath, "#/oneOf/0/required", "required", {missingProperty: missing0});
}
else {
if(data.operation !== undefined){
let data0 = data.operation;
const _errs4 = errors;
if(typeof data0 !== "string"){
return refuse(validate59, instancePath+"/operation", "#/oneOf/0/properties/operation/type", "type", {type: "string"});
}
if("get" !== data0){
return refuse(validate59, instancePath+"/operation", "#/oneOf/0/properties/operation/const", "const", {allowedValue: "get"});
}
var valid2 = _errs4 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data.collection !== undefined){
let data1 = data.collection;
const _errs6 = errors;
if(typeof data1 !== "string"){
return refuse(validate59, instancePath+"/collection", "#/oneOf/0/properties/collection/type", "type", {type: "string"});
}
if(!((((data1 === "tokens") || (data1 === "proxy_configs")) || (data1 === "audit")) || (data1 === "vault_config"))){
return refuse(validate59, instancePath+"/collection", "#/oneOf/0/properties/collection/enum", "enum", {allowedValues: schema26.oneOf[0].properties.collection.enum});
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data.key !== undefined){
let data2 = data.key;
const _errs8 = errors;
if(errors === _errs8){
if(typeof data2 === "string"){
if(func1(data2) > 512){
return refuse(validate59, instancePath+"/key", "#/oneOf/0/properties/key/maxLength", "maxLength", {limit: 512});
}
else {
if(func1(data2) < 1){
return refuse(validate59, instancePath+"/key", "#/oneOf/0/properties/key/minLength", "minLength", {limit: 1});
}
else {
if(!pattern3.test(data2)){
return refuse(validate59, instancePath+"/key", "#/oneOf/0/properties/key/pattern", "pattern", {pattern: "^[^\\u0000-\\u001f\\u007f]*$"});
}
}
}
}
else {
return refuse(validate59, instancePath+"/key", "#/oneOf/0/properties/key/type", "type", {type: "string"});
}
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data.requestId !== undefined){
let data3 = data.requestId;
const _errs10 = errors;
if(errors === _errs10){
if(typeof data3 === "string"){
if(func1(data3) > 256){
return refuse(validate59, instancePath+"/requestId", "#/oneOf/0/properties/requestId/maxLength", "maxLength", {limit: 256});
}
}
else {
return refuse(validate59, instancePath+"/requestId", "#/oneOf/0/properties/requestId/type", "type", {type: "string"});
}
}
var valid2 = _errs10 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
else {
return refuse(validate59, instancePath, "#/oneOf/0/type", "type", {type: "object"});
}
}
}
else if(tag0 === "set"){
const _errs12 = errors;
if(errors === _errs12){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if(((((data.operation === undefined) && (missing1 = "operation")) || ((data.collection === undefined) && (missing1 = "collection"))) || ((data.key === undefined) && (missing1 = "key"))) || ((data.data === undefined) && (missing1 = "data"))){
return refuse(validate59, instancePath, "#/oneOf/1/required", "required", {missingProperty: missing1});
}
else {
if(data.operation !== undefined){
let data4 = data.operation;
const _errs14 = errors;
if(typeof data4 !== "string"){
return refuse(validate59, instancePath+"/operation", "#/oneOf/1/properties/operation/type", "type", {type: "string"});
}
if("set" !== data4){
return refuse(validate59, instancePath+"/operation", "#/oneOf/1/properties/operation/const", "const", {allowedValue: "set"});
}
var valid4 = _errs14 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.collection !== undefined){
let data5 = data.collection;
const _errs16 = errors;
if(typeof data5 !== "string"){
return refuse(validate59, instancePath+"/collection", "#/oneOf/1/properties/collection/type", "type", {type: "string"});
}
if(!((((data5 === "tokens") || (data5 === "proxy_configs")) || (data5 === "audit")) || (data5 === "vault_config"))){
return refuse(validate59, instancePath+"/collection", "#/oneOf/1/properties/collection/enum", "enum", {allowedValues: schema26.oneOf[1].properties.collection.enum});
}
var valid4 = _errs16 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.key !== undefined){
let data6 = data.key;
const _errs18 = errors;
if(errors === _errs18){
if(typeof data6 === "string"){
if(func1(data6) > 512){
return refuse(validate59, instancePath+"/key", "#/oneOf/1/properties/key/maxLength", "maxLength", {limit: 512});
}
else {
if(func1(data6) < 1){
return refuse(validate59, instancePath+"/key", "#/oneOf/1/properties/key/minLength", "minLength", {limit: 1});
}
else {
if(!pattern3.test(data6)){
return refuse(validate59, instancePath+"/key", "#/oneOf/1/properties/key/pattern", "pattern", {pattern: "^[^\\u0000-\\u001f\\u007f]*$"});
}
}
}
}
else {
return refuse(validate59, instancePath+"/key", "#/oneOf/1/properties/key/type", "type", {type: "string"});
}
}
var valid4 = _errs18 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.data !== undefined){
let data7 = data.data;
const _errs20 = errors;
if(errors === _errs20){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
}
else {
return refuse(validate59, instancePath+"/data", "#/oneOf/1/properties/data/type", "type", {type: "object"});
}
}
var valid4 = _errs20 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.requestId !== undefined){
let data8 = data.requestId;
const _errs23 = errors;
if(errors === _errs23){
if(typeof data8 === "string"){
if(func1(data8) > 256){
return refuse(validate59, instancePath+"/requestId", "#/oneOf/1/properties/requestId/maxLength", "maxLength", {limit: 256});
}
}
else {
return refuse(validate59, instancePath+"/requestId", "#/oneOf/1/properties/requestId/type", "type", {type: "string"});
}
}
var valid4 = _errs23 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
}
}
else {
return refuse(validate59, instancePath, "#/oneOf/1/type", "type", {type: "object"});
}
}
}
else if(tag0 === "delete"){
const _errs25 = errors;
if(errors === _errs25){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((((data.operation === undefined) && (missing2 = "operation")) || ((data.collection === undefined) && (missing2 = "collection"))) || ((data.key === undefined) && (missing2 = "key"))){
return refuse(validate59, instancePath, "#/oneOf/2/required", "required", {missingProperty: missing2});
}
else {
if(data.operation !== undefined){
let data9 = data.operation;
const _errs27 = errors;
if(typeof data9 !== "string"){
return refuse(validate59, instancePath+"/operation", "#/oneOf/2/properties/operation/type", "type", {type: "string"});
}
if("delete" !== data9){
return refuse(validate59, instancePath+"/operation", "#/oneOf/2/properties/operation/const", "const", {allowedValue: "delete"});
}
var valid6 = _errs27 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data.collection !== undefined){
let data10 = data.collection;
const _errs29 = errors;
if(typeof data10 !== "string"){
return refuse(validate59, instancePath+"/collection", "#/oneOf/2/properties/collection/type", "type", {type: "string"});
}
if(!((((data10 === "tokens") || (data10 === "proxy_configs")) || (data10 === "audit")) || (data10 === "vault_config"))){
return refuse(validate59, instancePath+"/collection", "#/oneOf/2/properties/collection/enum", "enum", {allowedValues: schema26.oneOf[2].properties.collection.enum});
}
var valid6 = _errs29 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data.key !== undefined){
let data11 = data.key;
const _errs31 = errors;
if(errors === _errs31){
if(typeof data11 === "string"){
if(func1(data11) > 512){
return refuse(validate59, instancePath+"/key", "#/oneOf/2/properties/key/maxLength", "maxLength", {limit: 512});
}
else {
if(func1(data11) < 1){
return refuse(validate59, instancePath+"/key", "#/oneOf/2/properties/key/minLength", "minLength", {limit: 1});
}
else {
if(!pattern3.test(data11)){
return refuse(validate59, instancePath+"/key", "#/oneOf/2/properties/key/pattern", "pattern", {pattern: "^[^\\u0000-\\u001f\\u007f]*$"});
}
}
}
}
else {
return refuse(validate59, instancePath+"/key", "#/oneOf/2/properties/key/type", "type", {type: "string"});
}
}
var valid6 = _errs31 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data.requestId !== undefined){
let data12 = data.requestId;
const _errs33 = errors;
if(errors === _errs33){
if(typeof data12 === "string"){
if(func1(data12) > 256){
return refuse(validate59, instancePath+"/requestId", "#/oneOf/2/properties/requestId/maxLength", "maxLength", {limit: 256});
}
}
else {
return refuse(validate59, instancePath+"/requestId", "#/oneOf/2/properties/requestId/type", "type", {type: "string"});
}
}
var valid6 = _errs33 === errors;
}
else {
var valid6 = true;
}
}
}
}
}
}
else {
return refuse(validate59, instancePath, "#/oneOf/2/type", "type", {type: "object"});
}
}
}
else if(tag0 === "list"){
const _errs35 = errors;
if(errors === _errs35){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing3;
if(((data.operation === undefined) && (missing3 = "operation")) || ((data.collection === undefined) && (missing3 = "collection"))){
return refuse(validate59, instancePath, "#/oneOf/3/required", "required", {missingProperty: missing3});
}
else {
if(data.operation !== undefined){
let data13 = data.operation;
const _errs37 = errors;
if(typeof data13 !== "string"){
return refuse(validate59, instancePath+"/operation", "#/oneOf/3/properties/operation/type", "type", {type: "string"});
}
if("list" !== data13){
return refuse(validate59, instancePath+"/operation", "#/oneOf/3/properties/operation/const", "const", {allowedValue: "list"});
}
var valid8 = _errs37 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data.collection !== undefined){
let data14 = data.collection;
const _errs39 = errors;
if(typeof data14 !== "string"){
return refuse(validate59, instancePath+"/collection", "#/oneOf/3/properties/collection/type", "type", {type: "string"});
}
if(!((((data14 === "tokens") || (data14 === "proxy_configs")) || (data14 === "audit")) || (data14 === "vault_config"))){
return refuse(validate59, instancePath+"/collection", "#/oneOf/3/properties/collection/enum", "enum", {allowedValues: schema26.oneOf[3].properties.collection.enum});
}
var valid8 = _errs39 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data.options !== undefined){
let data15 = data.options;
const _errs41 = errors;
if(errors === _errs41){
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
if(data15.limit !== undefined){
let data16 = data15.limit;
const _errs43 = errors;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
return refuse(validate59, instancePath+"/options/limit", "#/oneOf/3/properties/options/properties/limit/type", "type", {type: "integer"});
}
if(errors === _errs43){
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 < 1 || isNaN(data16)){
return refuse(validate59, instancePath+"/options/limit", "#/oneOf/3/properties/options/properties/limit/minimum", "minimum", {comparison: ">=", limit: 1});
}
}
}
var valid9 = _errs43 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data15.after !== undefined){
let data17 = data15.after;
const _errs45 = errors;
if((typeof data17 !== "string") && (!((typeof data17 == "number") && (isFinite(data17))))){
return refuse(validate59, instancePath+"/options/after", "#/oneOf/3/properties/options/properties/after/type", "type", {type: schema26.oneOf[3].properties.options.properties.after.type});
}
var valid9 = _errs45 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data15.since !== undefined){
let data18 = data15.since;
const _errs47 = errors;
if((typeof data18 !== "string") && (!((typeof data18 == "number") && (isFinite(data18))))){
return refuse(validate59, instancePath+"/options/since", "#/oneOf/3/properties/options/properties/since/type", "type", {type: schema26.oneOf[3].properties.options.properties.since.type});
}
var valid9 = _errs47 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data15.filters !== undefined){
let data19 = data15.filters;
const _errs49 = errors;
if(errors === _errs49){
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
}
else {
return refuse(validate59, instancePath+"/options/filters", "#/oneOf/3/properties/options/properties/filters/type", "type", {type: "object"});
}
}
var valid9 = _errs49 === errors;
}
else {
var valid9 = true;
}
}
}
}
}
else {
return refuse(validate59, instancePath+"/options", "#/oneOf/3/properties/options/type", "type", {type: "object"});
}
}
var valid8 = _errs41 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data.requestId !== undefined){
let data20 = data.requestId;
const _errs52 = errors;
if(errors === _errs52){
if(typeof data20 === "string"){
if(func1(data20) > 256){
return refuse(validate59, instancePath+"/requestId", "#/oneOf/3/properties/requestId/maxLength", "maxLength", {limit: 256});
}
}
else {
return refuse(validate59, instancePath+"/requestId", "#/oneOf/3/properties/requestId/type", "type", {type: "string"});
}
}
var valid8 = _errs52 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
}
else {
return refuse(validate59, instancePath, "#/oneOf/3/type", "type", {type: "object"});
}
}
}
else if(tag0 === "list_batch"){
const _errs54 = errors;
if(errors === _errs54){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing4;
if(((data.operation === undefined) && (missing4 = "operation")) || ((data.collections === undefined) && (missing4 = "collections"))){
return refuse(validate59, instancePath, "#/oneOf/4/required", "required", {missingProperty: missing4});
}
else {
if(data.operation !== undefined){
let data21 = data.operation;
const _errs56 = errors;
if(typeof data21 !== "string"){
return refuse(validate59, instancePath+"/operation", "#/oneOf/4/properties/operation/type", "type", {type: "string"});
}
if("list_batch" !== data21){
return refuse(validate59, instancePath+"/operation", "#/oneOf/4/properties/operation/const", "const", {allowedValue: "list_batch"});
}
var valid11 = _errs56 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data.collections !== undefined){
let data22 = data.collections;
const _errs58 = errors;
if(errors === _errs58){
if(Array.isArray(data22)){
if(data22.length > 64){
return refuse(validate59, instancePath+"/collections", "#/oneOf/4/properties/collections/maxItems", "maxItems", {limit: 64});
}
else {
var valid12 = true;
const len0 = data22.length;
for(let i0=0; i0<len0; i0++){
const _errs60 = errors;
if(typeof data22[i0] !== "string"){
return refuse(validate59, instancePath+"/collections/" + i0, "#/oneOf/4/properties/collections/items/type", "type", {type: "string"});
}
var valid12 = _errs60 === errors;
if(!valid12){
break;
}
}
}
}
else {
return refuse(validate59, instancePath+"/collections", "#/oneOf/4/properties/collections/type", "type", {type: "array"});
}
}
var valid11 = _errs58 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data.options !== undefined){
let data24 = data.options;
const _errs62 = errors;
if(errors === _errs62){
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
if(data24.limit !== undefined){
let data25 = data24.limit;
const _errs64 = errors;
if(!(((typeof data25 == "number") && (!(data25 % 1) && !isNaN(data25))) && (isFinite(data25)))){
return refuse(validate59, instancePath+"/options/limit", "#/oneOf/4/properties/options/properties/limit/type", "type", {type: "integer"});
}
if(errors === _errs64){
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 < 1 || isNaN(data25)){
return refuse(validate59, instancePath+"/options/limit", "#/oneOf/4/properties/options/properties/limit/minimum", "minimum", {comparison: ">=", limit: 1});
}
}
}
var valid13 = _errs64 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data24.after !== undefined){
let data26 = data24.after;
const _errs66 = errors;
if((typeof data26 !== "string") && (!((typeof data26 == "number") && (isFinite(data26))))){
return refuse(validate59, instancePath+"/options/after", "#/oneOf/4/properties/options/properties/after/type", "type", {type: schema26.oneOf[4].properties.options.properties.after.type});
}
var valid13 = _errs66 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data24.since !== undefined){
let data27 = data24.since;
const _errs68 = errors;
if((typeof data27 !== "string") && (!((typeof data27 == "number") && (isFinite(data27))))){
return refuse(validate59, instancePath+"/options/since", "#/oneOf/4/properties/options/properties/since/type", "type", {type: schema26.oneOf[4].properties.options.properties.since.type});
}
var valid13 = _errs68 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data24.filters !== undefined){
let data28 = data24.filters;
const _errs70 = errors;
if(errors === _errs70){
if(data28 && typeof data28 == "object" && !Array.isArray(data28)){
}
else {
return refuse(validate59, instancePath+"/options/filters", "#/oneOf/4/properties/options/properties/filters/type", "type", {type: "object"});
}
}
var valid13 = _errs70 === errors;
}
else {
var valid13 = true;
}
}
}
}
}
else {
return refuse(validate59, instancePath+"/options", "#/oneOf/4/properties/options/type", "type", {type: "object"});
}
}
var valid11 = _errs62 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data.requestId !== undefined){
let data29 = data.requestId;
const _errs73 = errors;
if(errors === _errs73){
if(typeof data29 === "string"){
if(func1(data29) > 256){
return refuse(validate59, instancePath+"/requestId", "#/oneOf/4/properties/requestId/maxLength", "maxLength", {limit: 256});
}
}
else {
return refuse(validate59, instancePath+"/requestId", "#/oneOf/4/properties/requestId/type", "type", {type: "string"});
}
}
var valid11 = _errs73 === errors;
}
else {
var valid11 = true;
}
}
}
}
}
}
else {
return refuse(validate59, instancePath, "#/oneOf/4/type", "type", {type: "object"});
}
}
}
else {
return refuse(validate59, instancePath, "#/discriminator", "discriminator", {error: "mapping", tag: "operation", tagValue: tag0});
}
}
else {
return refuse(validate59, instancePath, "#/discriminator", "discriminator", {error: "tag", tag: "operation", tagValue: tag0});
}
}
else {
return refuse(validate59, instancePath, "#/type", "type", {type: "object"});
}
}
validate59.errors = vErrors;
return errors === 0;
}

export const StoreRequest = validate60;
const schema27 = {"type":"object","required":["ticket","service","tokenData"],"properties":{"ticket":{"type":"string","maxLength":8192},"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"tokenData":{"type":"object","additionalProperties":true,"properties":{"accessToken":{"type":["string","null"]},"refreshToken":{"type":["string","null"]},"certificateData":{"type":["string","null"]},"privateKeyData":{"type":["string","null"]},"certificateChain":{"type":["string","null"]},"sshPrivateKey":{"type":["string","null"]},"totpSecret":{"type":["string","null"]},"totpUri":{"type":["string","null"]},"totpAlgorithm":{},"totpDigits":{},"totpPeriod":{},"tokenType":{"type":["string","null"],"maxLength":256},"expiresAt":{},"allowedHosts":{},"expiryTime":{"oneOf":[{"type":"integer","minimum":0,"maximum":8640000000000000},{"type":"null"}]}}}},"$id":"StoreRequest"};

function validate60(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="StoreRequest" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.ticket === undefined) && (missing0 = "ticket")) || ((data.service === undefined) && (missing0 = "service"))) || ((data.tokenData === undefined) && (missing0 = "tokenData"))){
return refuse(validate60, instancePath, "#/required", "required", {missingProperty: missing0});
}
else {
if(data.ticket !== undefined){
let data0 = data.ticket;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 8192){
return refuse(validate60, instancePath+"/ticket", "#/properties/ticket/maxLength", "maxLength", {limit: 8192});
}
}
else {
return refuse(validate60, instancePath+"/ticket", "#/properties/ticket/type", "type", {type: "string"});
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.service !== undefined){
let data1 = data.service;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func1(data1) > 256){
return refuse(validate60, instancePath+"/service", "#/properties/service/maxLength", "maxLength", {limit: 256});
}
else {
if(func1(data1) < 1){
return refuse(validate60, instancePath+"/service", "#/properties/service/minLength", "minLength", {limit: 1});
}
else {
if(!pattern3.test(data1)){
return refuse(validate60, instancePath+"/service", "#/properties/service/pattern", "pattern", {pattern: "^[^\\u0000-\\u001f\\u007f]*$"});
}
}
}
}
else {
return refuse(validate60, instancePath+"/service", "#/properties/service/type", "type", {type: "string"});
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.tokenData !== undefined){
let data2 = data.tokenData;
const _errs5 = errors;
if(errors === _errs5){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.accessToken !== undefined){
let data3 = data2.accessToken;
const _errs8 = errors;
if((typeof data3 !== "string") && (data3 !== null)){
return refuse(validate60, instancePath+"/tokenData/accessToken", "#/properties/tokenData/properties/accessToken/type", "type", {type: schema27.properties.tokenData.properties.accessToken.type});
}
var valid1 = _errs8 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.refreshToken !== undefined){
let data4 = data2.refreshToken;
const _errs10 = errors;
if((typeof data4 !== "string") && (data4 !== null)){
return refuse(validate60, instancePath+"/tokenData/refreshToken", "#/properties/tokenData/properties/refreshToken/type", "type", {type: schema27.properties.tokenData.properties.refreshToken.type});
}
var valid1 = _errs10 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.certificateData !== undefined){
let data5 = data2.certificateData;
const _errs12 = errors;
if((typeof data5 !== "string") && (data5 !== null)){
return refuse(validate60, instancePath+"/tokenData/certificateData", "#/properties/tokenData/properties/certificateData/type", "type", {type: schema27.properties.tokenData.properties.certificateData.type});
}
var valid1 = _errs12 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.privateKeyData !== undefined){
let data6 = data2.privateKeyData;
const _errs14 = errors;
if((typeof data6 !== "string") && (data6 !== null)){
return refuse(validate60, instancePath+"/tokenData/privateKeyData", "#/properties/tokenData/properties/privateKeyData/type", "type", {type: schema27.properties.tokenData.properties.privateKeyData.type});
}
var valid1 = _errs14 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.certificateChain !== undefined){
let data7 = data2.certificateChain;
const _errs16 = errors;
if((typeof data7 !== "string") && (data7 !== null)){
return refuse(validate60, instancePath+"/tokenData/certificateChain", "#/properties/tokenData/properties/certificateChain/type", "type", {type: schema27.properties.tokenData.properties.certificateChain.type});
}
var valid1 = _errs16 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.sshPrivateKey !== undefined){
let data8 = data2.sshPrivateKey;
const _errs18 = errors;
if((typeof data8 !== "string") && (data8 !== null)){
return refuse(validate60, instancePath+"/tokenData/sshPrivateKey", "#/properties/tokenData/properties/sshPrivateKey/type", "type", {type: schema27.properties.tokenData.properties.sshPrivateKey.type});
}
var valid1 = _errs18 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.totpSecret !== undefined){
let data9 = data2.totpSecret;
const _errs20 = errors;
if((typeof data9 !== "string") && (data9 !== null)){
return refuse(validate60, instancePath+"/tokenData/totpSecret", "#/properties/tokenData/properties/totpSecret/type", "type", {type: schema27.properties.tokenData.properties.totpSecret.type});
}
var valid1 = _errs20 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.totpUri !== undefined){
let data10 = data2.totpUri;
const _errs22 = errors;
if((typeof data10 !== "string") && (data10 !== null)){
return refuse(validate60, instancePath+"/tokenData/totpUri", "#/properties/tokenData/properties/totpUri/type", "type", {type: schema27.properties.tokenData.properties.totpUri.type});
}
var valid1 = _errs22 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.tokenType !== undefined){
let data11 = data2.tokenType;
const _errs24 = errors;
if((typeof data11 !== "string") && (data11 !== null)){
return refuse(validate60, instancePath+"/tokenData/tokenType", "#/properties/tokenData/properties/tokenType/type", "type", {type: schema27.properties.tokenData.properties.tokenType.type});
}
if(errors === _errs24){
if(typeof data11 === "string"){
if(func1(data11) > 256){
return refuse(validate60, instancePath+"/tokenData/tokenType", "#/properties/tokenData/properties/tokenType/maxLength", "maxLength", {limit: 256});
}
}
}
var valid1 = _errs24 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.expiryTime !== undefined){
let data12 = data2.expiryTime;
const _errs26 = errors;
const _errs27 = errors;
let valid2 = false;
let passing0 = null;
const _errs28 = errors;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
const err0 = {instancePath:instancePath+"/tokenData/expiryTime",schemaPath:"#/properties/tokenData/properties/expiryTime/oneOf/0/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(errors === _errs28){
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 8640000000000000 || isNaN(data12)){
const err1 = {instancePath:instancePath+"/tokenData/expiryTime",schemaPath:"#/properties/tokenData/properties/expiryTime/oneOf/0/maximum",keyword:"maximum",params:{comparison: "<=", limit: 8640000000000000}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
else {
if(data12 < 0 || isNaN(data12)){
const err2 = {instancePath:instancePath+"/tokenData/expiryTime",schemaPath:"#/properties/tokenData/properties/expiryTime/oneOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
}
var _valid0 = _errs28 === errors;
if(_valid0){
valid2 = true;
passing0 = 0;
}
const _errs30 = errors;
if(data12 !== null){
const err3 = {instancePath:instancePath+"/tokenData/expiryTime",schemaPath:"#/properties/tokenData/properties/expiryTime/oneOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var _valid0 = _errs30 === errors;
if(_valid0 && valid2){
valid2 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid2 = true;
passing0 = 1;
}
}
if(!valid2){
const err4 = {instancePath:instancePath+"/tokenData/expiryTime",schemaPath:"#/properties/tokenData/properties/expiryTime/oneOf",keyword:"oneOf",params:{passingSchemas: passing0}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
validate60.errors = vErrors;
return false;
}
else {
errors = _errs27;
if(vErrors !== null){
if(_errs27){
vErrors.length = _errs27;
}
else {
vErrors = null;
}
}
}
var valid1 = _errs26 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
}
}
}
}
}
else {
return refuse(validate60, instancePath+"/tokenData", "#/properties/tokenData/type", "type", {type: "object"});
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
return refuse(validate60, instancePath, "#/type", "type", {type: "object"});
}
}
validate60.errors = vErrors;
return errors === 0;
}

export const getCredentialQuery = validate61;
const schema28 = {"type":"object","required":["ticket","service"],"properties":{"ticket":{"type":"string","maxLength":8192},"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"}},"$id":"getCredentialQuery"};

function validate61(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="getCredentialQuery" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.ticket === undefined) && (missing0 = "ticket")) || ((data.service === undefined) && (missing0 = "service"))){
return refuse(validate61, instancePath, "#/required", "required", {missingProperty: missing0});
}
else {
if(data.ticket !== undefined){
let data0 = data.ticket;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 8192){
return refuse(validate61, instancePath+"/ticket", "#/properties/ticket/maxLength", "maxLength", {limit: 8192});
}
}
else {
return refuse(validate61, instancePath+"/ticket", "#/properties/ticket/type", "type", {type: "string"});
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.service !== undefined){
let data1 = data.service;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func1(data1) > 256){
return refuse(validate61, instancePath+"/service", "#/properties/service/maxLength", "maxLength", {limit: 256});
}
else {
if(func1(data1) < 1){
return refuse(validate61, instancePath+"/service", "#/properties/service/minLength", "minLength", {limit: 1});
}
else {
if(!pattern3.test(data1)){
return refuse(validate61, instancePath+"/service", "#/properties/service/pattern", "pattern", {pattern: "^[^\\u0000-\\u001f\\u007f]*$"});
}
}
}
}
else {
return refuse(validate61, instancePath+"/service", "#/properties/service/type", "type", {type: "string"});
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
}
}
}
else {
return refuse(validate61, instancePath, "#/type", "type", {type: "object"});
}
}
validate61.errors = vErrors;
return errors === 0;
}

export const TicketRequest = validate62;
const schema29 = {"type":"object","required":["ticket","service"],"properties":{"ticket":{"type":"string","maxLength":8192},"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"}},"$id":"TicketRequest"};

function validate62(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="TicketRequest" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.ticket === undefined) && (missing0 = "ticket")) || ((data.service === undefined) && (missing0 = "service"))){
return refuse(validate62, instancePath, "#/required", "required", {missingProperty: missing0});
}
else {
if(data.ticket !== undefined){
let data0 = data.ticket;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 8192){
return refuse(validate62, instancePath+"/ticket", "#/properties/ticket/maxLength", "maxLength", {limit: 8192});
}
}
else {
return refuse(validate62, instancePath+"/ticket", "#/properties/ticket/type", "type", {type: "string"});
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.service !== undefined){
let data1 = data.service;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func1(data1) > 256){
return refuse(validate62, instancePath+"/service", "#/properties/service/maxLength", "maxLength", {limit: 256});
}
else {
if(func1(data1) < 1){
return refuse(validate62, instancePath+"/service", "#/properties/service/minLength", "minLength", {limit: 1});
}
else {
if(!pattern3.test(data1)){
return refuse(validate62, instancePath+"/service", "#/properties/service/pattern", "pattern", {pattern: "^[^\\u0000-\\u001f\\u007f]*$"});
}
}
}
}
else {
return refuse(validate62, instancePath+"/service", "#/properties/service/type", "type", {type: "string"});
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
}
}
}
else {
return refuse(validate62, instancePath, "#/type", "type", {type: "object"});
}
}
validate62.errors = vErrors;
return errors === 0;
}

export const getTotpCodeQuery = validate63;
const schema30 = {"type":"object","required":["ticket","service"],"properties":{"ticket":{"type":"string","maxLength":8192},"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"}},"$id":"getTotpCodeQuery"};

function validate63(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="getTotpCodeQuery" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.ticket === undefined) && (missing0 = "ticket")) || ((data.service === undefined) && (missing0 = "service"))){
return refuse(validate63, instancePath, "#/required", "required", {missingProperty: missing0});
}
else {
if(data.ticket !== undefined){
let data0 = data.ticket;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 8192){
return refuse(validate63, instancePath+"/ticket", "#/properties/ticket/maxLength", "maxLength", {limit: 8192});
}
}
else {
return refuse(validate63, instancePath+"/ticket", "#/properties/ticket/type", "type", {type: "string"});
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.service !== undefined){
let data1 = data.service;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func1(data1) > 256){
return refuse(validate63, instancePath+"/service", "#/properties/service/maxLength", "maxLength", {limit: 256});
}
else {
if(func1(data1) < 1){
return refuse(validate63, instancePath+"/service", "#/properties/service/minLength", "minLength", {limit: 1});
}
else {
if(!pattern3.test(data1)){
return refuse(validate63, instancePath+"/service", "#/properties/service/pattern", "pattern", {pattern: "^[^\\u0000-\\u001f\\u007f]*$"});
}
}
}
}
else {
return refuse(validate63, instancePath+"/service", "#/properties/service/type", "type", {type: "string"});
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
}
}
}
else {
return refuse(validate63, instancePath, "#/type", "type", {type: "object"});
}
}
validate63.errors = vErrors;
return errors === 0;
}

export const ProxyRequest = validate64;
const schema31 = {"type":"object","required":["ticket","service","upstream","headerTemplates"],"properties":{"ticket":{"type":"string","maxLength":8192},"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"upstream":{"type":"object","required":["url"],"properties":{"url":{"type":"string","minLength":1,"maxLength":8192},"method":{"type":"string","pattern":"^[A-Za-z]{1,16}$"},"headers":{"type":"object","maxProperties":100,"propertyNames":{"type":"string","pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$"},"additionalProperties":{"type":"string","maxLength":16384,"pattern":"^[\\t\\u0020-\\u007e\\u0080-\\u00ff]*$"}},"body":{"type":["string","null"],"pattern":"^[A-Za-z0-9+/]*={0,2}$"}}},"headerTemplates":{"type":"object","maxProperties":100,"propertyNames":{"type":"string","pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$"},"additionalProperties":{"type":"string","maxLength":16384,"pattern":"^[\\t\\u0020-\\u007e\\u0080-\\u00ff]*$"}},"requestId":{"type":"string","maxLength":256}},"$id":"ProxyRequest"};
const pattern11 = new RegExp("^[A-Za-z]{1,16}$", "u");
const pattern12 = new RegExp("^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$", "u");
const pattern13 = new RegExp("^[\\t\\u0020-\\u007e\\u0080-\\u00ff]*$", "u");
const pattern14 = new RegExp("^[A-Za-z0-9+/]*={0,2}$", "u");

function validate64(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="ProxyRequest" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.ticket === undefined) && (missing0 = "ticket")) || ((data.service === undefined) && (missing0 = "service"))) || ((data.upstream === undefined) && (missing0 = "upstream"))) || ((data.headerTemplates === undefined) && (missing0 = "headerTemplates"))){
return refuse(validate64, instancePath, "#/required", "required", {missingProperty: missing0});
}
else {
if(data.ticket !== undefined){
let data0 = data.ticket;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 8192){
return refuse(validate64, instancePath+"/ticket", "#/properties/ticket/maxLength", "maxLength", {limit: 8192});
}
}
else {
return refuse(validate64, instancePath+"/ticket", "#/properties/ticket/type", "type", {type: "string"});
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.service !== undefined){
let data1 = data.service;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func1(data1) > 256){
return refuse(validate64, instancePath+"/service", "#/properties/service/maxLength", "maxLength", {limit: 256});
}
else {
if(func1(data1) < 1){
return refuse(validate64, instancePath+"/service", "#/properties/service/minLength", "minLength", {limit: 1});
}
else {
if(!pattern3.test(data1)){
return refuse(validate64, instancePath+"/service", "#/properties/service/pattern", "pattern", {pattern: "^[^\\u0000-\\u001f\\u007f]*$"});
}
}
}
}
else {
return refuse(validate64, instancePath+"/service", "#/properties/service/type", "type", {type: "string"});
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.upstream !== undefined){
let data2 = data.upstream;
const _errs5 = errors;
if(errors === _errs5){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if((data2.url === undefined) && (missing1 = "url")){
return refuse(validate64, instancePath+"/upstream", "#/properties/upstream/required", "required", {missingProperty: missing1});
}
else {
if(data2.url !== undefined){
let data3 = data2.url;
const _errs7 = errors;
if(errors === _errs7){
if(typeof data3 === "string"){
if(func1(data3) > 8192){
return refuse(validate64, instancePath+"/upstream/url", "#/properties/upstream/properties/url/maxLength", "maxLength", {limit: 8192});
}
else {
if(func1(data3) < 1){
return refuse(validate64, instancePath+"/upstream/url", "#/properties/upstream/properties/url/minLength", "minLength", {limit: 1});
}
}
}
else {
return refuse(validate64, instancePath+"/upstream/url", "#/properties/upstream/properties/url/type", "type", {type: "string"});
}
}
var valid1 = _errs7 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.method !== undefined){
let data4 = data2.method;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data4 === "string"){
if(!pattern11.test(data4)){
return refuse(validate64, instancePath+"/upstream/method", "#/properties/upstream/properties/method/pattern", "pattern", {pattern: "^[A-Za-z]{1,16}$"});
}
}
else {
return refuse(validate64, instancePath+"/upstream/method", "#/properties/upstream/properties/method/type", "type", {type: "string"});
}
}
var valid1 = _errs9 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.headers !== undefined){
let data5 = data2.headers;
const _errs11 = errors;
if(errors === _errs11){
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(Object.keys(data5).length > 100){
return refuse(validate64, instancePath+"/upstream/headers", "#/properties/upstream/properties/headers/maxProperties", "maxProperties", {limit: 100});
}
else {
for(const key0 in data5){
const _errs13 = errors;
if(errors === _errs13){
if(typeof key0 === "string"){
if(!pattern12.test(key0)){
const err0 = {instancePath:instancePath+"/upstream/headers",schemaPath:"#/properties/upstream/properties/headers/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$"},propertyName:key0};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath:instancePath+"/upstream/headers",schemaPath:"#/properties/upstream/properties/headers/propertyNames/type",keyword:"type",params:{type: "string"},propertyName:key0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var valid2 = _errs13 === errors;
if(!valid2){
const err2 = {instancePath:instancePath+"/upstream/headers",schemaPath:"#/properties/upstream/properties/headers/propertyNames",keyword:"propertyNames",params:{propertyName: key0}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
validate64.errors = vErrors;
return false;
break;
}
}
if(valid2){
for(const key1 in data5){
let data6 = data5[key1];
const _errs16 = errors;
if(errors === _errs16){
if(typeof data6 === "string"){
if(func1(data6) > 16384){
return refuse(validate64, instancePath+"/upstream/headers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), "#/properties/upstream/properties/headers/additionalProperties/maxLength", "maxLength", {limit: 16384});
}
else {
if(!pattern13.test(data6)){
return refuse(validate64, instancePath+"/upstream/headers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), "#/properties/upstream/properties/headers/additionalProperties/pattern", "pattern", {pattern: "^[\\t\\u0020-\\u007e\\u0080-\\u00ff]*$"});
}
}
}
else {
return refuse(validate64, instancePath+"/upstream/headers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), "#/properties/upstream/properties/headers/additionalProperties/type", "type", {type: "string"});
}
}
var valid3 = _errs16 === errors;
if(!valid3){
break;
}
}
}
}
}
else {
return refuse(validate64, instancePath+"/upstream/headers", "#/properties/upstream/properties/headers/type", "type", {type: "object"});
}
}
var valid1 = _errs11 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.body !== undefined){
let data7 = data2.body;
const _errs18 = errors;
if((typeof data7 !== "string") && (data7 !== null)){
return refuse(validate64, instancePath+"/upstream/body", "#/properties/upstream/properties/body/type", "type", {type: schema31.properties.upstream.properties.body.type});
}
if(errors === _errs18){
if(typeof data7 === "string"){
if(!pattern14.test(data7)){
return refuse(validate64, instancePath+"/upstream/body", "#/properties/upstream/properties/body/pattern", "pattern", {pattern: "^[A-Za-z0-9+/]*={0,2}$"});
}
}
}
var valid1 = _errs18 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
else {
return refuse(validate64, instancePath+"/upstream", "#/properties/upstream/type", "type", {type: "object"});
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.headerTemplates !== undefined){
let data8 = data.headerTemplates;
const _errs20 = errors;
if(errors === _errs20){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
if(Object.keys(data8).length > 100){
return refuse(validate64, instancePath+"/headerTemplates", "#/properties/headerTemplates/maxProperties", "maxProperties", {limit: 100});
}
else {
for(const key2 in data8){
const _errs22 = errors;
if(errors === _errs22){
if(typeof key2 === "string"){
if(!pattern12.test(key2)){
const err3 = {instancePath:instancePath+"/headerTemplates",schemaPath:"#/properties/headerTemplates/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$"},propertyName:key2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/headerTemplates",schemaPath:"#/properties/headerTemplates/propertyNames/type",keyword:"type",params:{type: "string"},propertyName:key2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var valid4 = _errs22 === errors;
if(!valid4){
const err5 = {instancePath:instancePath+"/headerTemplates",schemaPath:"#/properties/headerTemplates/propertyNames",keyword:"propertyNames",params:{propertyName: key2}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate64.errors = vErrors;
return false;
break;
}
}
if(valid4){
for(const key3 in data8){
let data9 = data8[key3];
const _errs25 = errors;
if(errors === _errs25){
if(typeof data9 === "string"){
if(func1(data9) > 16384){
return refuse(validate64, instancePath+"/headerTemplates/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"), "#/properties/headerTemplates/additionalProperties/maxLength", "maxLength", {limit: 16384});
}
else {
if(!pattern13.test(data9)){
return refuse(validate64, instancePath+"/headerTemplates/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"), "#/properties/headerTemplates/additionalProperties/pattern", "pattern", {pattern: "^[\\t\\u0020-\\u007e\\u0080-\\u00ff]*$"});
}
}
}
else {
return refuse(validate64, instancePath+"/headerTemplates/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"), "#/properties/headerTemplates/additionalProperties/type", "type", {type: "string"});
}
}
var valid5 = _errs25 === errors;
if(!valid5){
break;
}
}
}
}
}
else {
return refuse(validate64, instancePath+"/headerTemplates", "#/properties/headerTemplates/type", "type", {type: "object"});
}
}
var valid0 = _errs20 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.requestId !== undefined){
let data10 = data.requestId;
const _errs27 = errors;
if(errors === _errs27){
if(typeof data10 === "string"){
if(func1(data10) > 256){
return refuse(validate64, instancePath+"/requestId", "#/properties/requestId/maxLength", "maxLength", {limit: 256});
}
}
else {
return refuse(validate64, instancePath+"/requestId", "#/properties/requestId/type", "type", {type: "string"});
}
}
var valid0 = _errs27 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
return refuse(validate64, instancePath, "#/type", "type", {type: "object"});
}
}
validate64.errors = vErrors;
return errors === 0;
}

export const RefreshNotification = validate65;
const schema32 = {"type":"object","required":["service"],"properties":{"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"reason":{"type":"string","maxLength":1024},"refreshHint":{"type":"object","properties":{"provider":{"type":"string","maxLength":256},"tokenUrl":{"type":"string","maxLength":8192},"clientId":{"type":"string","maxLength":1024}}},"requestId":{"type":"string","maxLength":256}},"$id":"RefreshNotification"};

function validate65(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="RefreshNotification" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.service === undefined) && (missing0 = "service")){
return refuse(validate65, instancePath, "#/required", "required", {missingProperty: missing0});
}
else {
if(data.service !== undefined){
let data0 = data.service;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 256){
return refuse(validate65, instancePath+"/service", "#/properties/service/maxLength", "maxLength", {limit: 256});
}
else {
if(func1(data0) < 1){
return refuse(validate65, instancePath+"/service", "#/properties/service/minLength", "minLength", {limit: 1});
}
else {
if(!pattern3.test(data0)){
return refuse(validate65, instancePath+"/service", "#/properties/service/pattern", "pattern", {pattern: "^[^\\u0000-\\u001f\\u007f]*$"});
}
}
}
}
else {
return refuse(validate65, instancePath+"/service", "#/properties/service/type", "type", {type: "string"});
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
let data1 = data.reason;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func1(data1) > 1024){
return refuse(validate65, instancePath+"/reason", "#/properties/reason/maxLength", "maxLength", {limit: 1024});
}
}
else {
return refuse(validate65, instancePath+"/reason", "#/properties/reason/type", "type", {type: "string"});
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.refreshHint !== undefined){
let data2 = data.refreshHint;
const _errs5 = errors;
if(errors === _errs5){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.provider !== undefined){
let data3 = data2.provider;
const _errs7 = errors;
if(errors === _errs7){
if(typeof data3 === "string"){
if(func1(data3) > 256){
return refuse(validate65, instancePath+"/refreshHint/provider", "#/properties/refreshHint/properties/provider/maxLength", "maxLength", {limit: 256});
}
}
else {
return refuse(validate65, instancePath+"/refreshHint/provider", "#/properties/refreshHint/properties/provider/type", "type", {type: "string"});
}
}
var valid1 = _errs7 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.tokenUrl !== undefined){
let data4 = data2.tokenUrl;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data4 === "string"){
if(func1(data4) > 8192){
return refuse(validate65, instancePath+"/refreshHint/tokenUrl", "#/properties/refreshHint/properties/tokenUrl/maxLength", "maxLength", {limit: 8192});
}
}
else {
return refuse(validate65, instancePath+"/refreshHint/tokenUrl", "#/properties/refreshHint/properties/tokenUrl/type", "type", {type: "string"});
}
}
var valid1 = _errs9 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.clientId !== undefined){
let data5 = data2.clientId;
const _errs11 = errors;
if(errors === _errs11){
if(typeof data5 === "string"){
if(func1(data5) > 1024){
return refuse(validate65, instancePath+"/refreshHint/clientId", "#/properties/refreshHint/properties/clientId/maxLength", "maxLength", {limit: 1024});
}
}
else {
return refuse(validate65, instancePath+"/refreshHint/clientId", "#/properties/refreshHint/properties/clientId/type", "type", {type: "string"});
}
}
var valid1 = _errs11 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
return refuse(validate65, instancePath+"/refreshHint", "#/properties/refreshHint/type", "type", {type: "object"});
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.requestId !== undefined){
let data6 = data.requestId;
const _errs13 = errors;
if(errors === _errs13){
if(typeof data6 === "string"){
if(func1(data6) > 256){
return refuse(validate65, instancePath+"/requestId", "#/properties/requestId/maxLength", "maxLength", {limit: 256});
}
}
else {
return refuse(validate65, instancePath+"/requestId", "#/properties/requestId/type", "type", {type: "string"});
}
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
return refuse(validate65, instancePath, "#/type", "type", {type: "object"});
}
}
validate65.errors = vErrors;
return errors === 0;
}

export const RefreshRequest = validate66;
const schema33 = {"oneOf":[{"type":"object","required":["action","service"],"properties":{"action":{"type":"string","const":"get"},"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"requestId":{"type":"string","maxLength":256}}},{"type":"object","required":["action","service","tokens"],"properties":{"action":{"type":"string","const":"update"},"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"tokens":{"type":"object","required":["accessToken"],"properties":{"accessToken":{"type":"string","minLength":1},"refreshToken":{"type":["string","null"]},"expiryTime":{"oneOf":[{"type":"integer","minimum":0,"maximum":8640000000000000},{"type":"null"}]}}},"requestId":{"type":"string","maxLength":256}}}],"discriminator":{"propertyName":"action"},"type":"object","$id":"RefreshRequest"};

function validate66(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="RefreshRequest" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const tag0 = data.action;
if(typeof tag0 == "string"){
if(tag0 === "get"){
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.action === undefined) && (missing0 = "action")) || ((data.service === undefined) && (missing0 = "service"))){
return refuse(validate66, instancePath, "#/oneOf/0/required", "required", {missingProperty: missing0});
}
else {
if(data.action !== undefined){
let data0 = data.action;
const _errs4 = errors;
if(typeof data0 !== "string"){
return refuse(validate66, instancePath+"/action", "#/oneOf/0/properties/action/type", "type", {type: "string"});
}
if("get" !== data0){
return refuse(validate66, instancePath+"/action", "#/oneOf/0/properties/action/const", "const", {allowedValue: "get"});
}
var valid2 = _errs4 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data.service !== undefined){
let data1 = data.service;
const _errs6 = errors;
if(errors === _errs6){
if(typeof data1 === "string"){
if(func1(data1) > 256){
return refuse(validate66, instancePath+"/service", "#/oneOf/0/properties/service/maxLength", "maxLength", {limit: 256});
}
else {
if(func1(data1) < 1){
return refuse(validate66, instancePath+"/service", "#/oneOf/0/properties/service/minLength", "minLength", {limit: 1});
}
else {
if(!pattern3.test(data1)){
return refuse(validate66, instancePath+"/service", "#/oneOf/0/properties/service/pattern", "pattern", {pattern: "^[^\\u0000-\\u001f\\u007f]*$"});
}
}
}
}
else {
return refuse(validate66, instancePath+"/service", "#/oneOf/0/properties/service/type", "type", {type: "string"});
}
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data.requestId !== undefined){
let data2 = data.requestId;
const _errs8 = errors;
if(errors === _errs8){
if(typeof data2 === "string"){
if(func1(data2) > 256){
return refuse(validate66, instancePath+"/requestId", "#/oneOf/0/properties/requestId/maxLength", "maxLength", {limit: 256});
}
}
else {
return refuse(validate66, instancePath+"/requestId", "#/oneOf/0/properties/requestId/type", "type", {type: "string"});
}
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
return refuse(validate66, instancePath, "#/oneOf/0/type", "type", {type: "object"});
}
}
}
else if(tag0 === "update"){
const _errs10 = errors;
if(errors === _errs10){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((((data.action === undefined) && (missing1 = "action")) || ((data.service === undefined) && (missing1 = "service"))) || ((data.tokens === undefined) && (missing1 = "tokens"))){
return refuse(validate66, instancePath, "#/oneOf/1/required", "required", {missingProperty: missing1});
}
else {
if(data.action !== undefined){
let data3 = data.action;
const _errs12 = errors;
if(typeof data3 !== "string"){
return refuse(validate66, instancePath+"/action", "#/oneOf/1/properties/action/type", "type", {type: "string"});
}
if("update" !== data3){
return refuse(validate66, instancePath+"/action", "#/oneOf/1/properties/action/const", "const", {allowedValue: "update"});
}
var valid4 = _errs12 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.service !== undefined){
let data4 = data.service;
const _errs14 = errors;
if(errors === _errs14){
if(typeof data4 === "string"){
if(func1(data4) > 256){
return refuse(validate66, instancePath+"/service", "#/oneOf/1/properties/service/maxLength", "maxLength", {limit: 256});
}
else {
if(func1(data4) < 1){
return refuse(validate66, instancePath+"/service", "#/oneOf/1/properties/service/minLength", "minLength", {limit: 1});
}
else {
if(!pattern3.test(data4)){
return refuse(validate66, instancePath+"/service", "#/oneOf/1/properties/service/pattern", "pattern", {pattern: "^[^\\u0000-\\u001f\\u007f]*$"});
}
}
}
}
else {
return refuse(validate66, instancePath+"/service", "#/oneOf/1/properties/service/type", "type", {type: "string"});
}
}
var valid4 = _errs14 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.tokens !== undefined){
let data5 = data.tokens;
const _errs16 = errors;
if(errors === _errs16){
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
let missing2;
if((data5.accessToken === undefined) && (missing2 = "accessToken")){
return refuse(validate66, instancePath+"/tokens", "#/oneOf/1/properties/tokens/required", "required", {missingProperty: missing2});
}
else {
if(data5.accessToken !== undefined){
let data6 = data5.accessToken;
const _errs18 = errors;
if(errors === _errs18){
if(typeof data6 === "string"){
if(func1(data6) < 1){
return refuse(validate66, instancePath+"/tokens/accessToken", "#/oneOf/1/properties/tokens/properties/accessToken/minLength", "minLength", {limit: 1});
}
}
else {
return refuse(validate66, instancePath+"/tokens/accessToken", "#/oneOf/1/properties/tokens/properties/accessToken/type", "type", {type: "string"});
}
}
var valid5 = _errs18 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data5.refreshToken !== undefined){
let data7 = data5.refreshToken;
const _errs20 = errors;
if((typeof data7 !== "string") && (data7 !== null)){
return refuse(validate66, instancePath+"/tokens/refreshToken", "#/oneOf/1/properties/tokens/properties/refreshToken/type", "type", {type: schema33.oneOf[1].properties.tokens.properties.refreshToken.type});
}
var valid5 = _errs20 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data5.expiryTime !== undefined){
let data8 = data5.expiryTime;
const _errs22 = errors;
const _errs23 = errors;
let valid6 = false;
let passing0 = null;
const _errs24 = errors;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err0 = {instancePath:instancePath+"/tokens/expiryTime",schemaPath:"#/oneOf/1/properties/tokens/properties/expiryTime/oneOf/0/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(errors === _errs24){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 8640000000000000 || isNaN(data8)){
const err1 = {instancePath:instancePath+"/tokens/expiryTime",schemaPath:"#/oneOf/1/properties/tokens/properties/expiryTime/oneOf/0/maximum",keyword:"maximum",params:{comparison: "<=", limit: 8640000000000000}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
else {
if(data8 < 0 || isNaN(data8)){
const err2 = {instancePath:instancePath+"/tokens/expiryTime",schemaPath:"#/oneOf/1/properties/tokens/properties/expiryTime/oneOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
}
var _valid0 = _errs24 === errors;
if(_valid0){
valid6 = true;
passing0 = 0;
}
const _errs26 = errors;
if(data8 !== null){
const err3 = {instancePath:instancePath+"/tokens/expiryTime",schemaPath:"#/oneOf/1/properties/tokens/properties/expiryTime/oneOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var _valid0 = _errs26 === errors;
if(_valid0 && valid6){
valid6 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid6 = true;
passing0 = 1;
}
}
if(!valid6){
const err4 = {instancePath:instancePath+"/tokens/expiryTime",schemaPath:"#/oneOf/1/properties/tokens/properties/expiryTime/oneOf",keyword:"oneOf",params:{passingSchemas: passing0}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
validate66.errors = vErrors;
return false;
}
else {
errors = _errs23;
if(vErrors !== null){
if(_errs23){
vErrors.length = _errs23;
}
else {
vErrors = null;
}
}
}
var valid5 = _errs22 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
else {
return refuse(validate66, instancePath+"/tokens", "#/oneOf/1/properties/tokens/type", "type", {type: "object"});
}
}
var valid4 = _errs16 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.requestId !== undefined){
let data9 = data.requestId;
const _errs28 = errors;
if(errors === _errs28){
if(typeof data9 === "string"){
if(func1(data9) > 256){
return refuse(validate66, instancePath+"/requestId", "#/oneOf/1/properties/requestId/maxLength", "maxLength", {limit: 256});
}
}
else {
return refuse(validate66, instancePath+"/requestId", "#/oneOf/1/properties/requestId/type", "type", {type: "string"});
}
}
var valid4 = _errs28 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
}
else {
return refuse(validate66, instancePath, "#/oneOf/1/type", "type", {type: "object"});
}
}
}
else {
return refuse(validate66, instancePath, "#/discriminator", "discriminator", {error: "mapping", tag: "action", tagValue: tag0});
}
}
else {
return refuse(validate66, instancePath, "#/discriminator", "discriminator", {error: "tag", tag: "action", tagValue: tag0});
}
}
else {
return refuse(validate66, instancePath, "#/type", "type", {type: "object"});
}
}
validate66.errors = vErrors;
return errors === 0;
}

export const HostPermission = validate67;
const schema34 = {"type":"object","required":["service","host"],"properties":{"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"host":{"type":"string","minLength":1,"maxLength":253}},"$id":"HostPermission"};

function validate67(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="HostPermission" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.service === undefined) && (missing0 = "service")) || ((data.host === undefined) && (missing0 = "host"))){
return refuse(validate67, instancePath, "#/required", "required", {missingProperty: missing0});
}
else {
if(data.service !== undefined){
let data0 = data.service;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 256){
return refuse(validate67, instancePath+"/service", "#/properties/service/maxLength", "maxLength", {limit: 256});
}
else {
if(func1(data0) < 1){
return refuse(validate67, instancePath+"/service", "#/properties/service/minLength", "minLength", {limit: 1});
}
else {
if(!pattern3.test(data0)){
return refuse(validate67, instancePath+"/service", "#/properties/service/pattern", "pattern", {pattern: "^[^\\u0000-\\u001f\\u007f]*$"});
}
}
}
}
else {
return refuse(validate67, instancePath+"/service", "#/properties/service/type", "type", {type: "string"});
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.host !== undefined){
let data1 = data.host;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func1(data1) > 253){
return refuse(validate67, instancePath+"/host", "#/properties/host/maxLength", "maxLength", {limit: 253});
}
else {
if(func1(data1) < 1){
return refuse(validate67, instancePath+"/host", "#/properties/host/minLength", "minLength", {limit: 1});
}
}
}
else {
return refuse(validate67, instancePath+"/host", "#/properties/host/type", "type", {type: "string"});
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
}
}
}
else {
return refuse(validate67, instancePath, "#/type", "type", {type: "object"});
}
}
validate67.errors = vErrors;
return errors === 0;
}

export const NewService = validate68;
const schema35 = {"type":"object","required":["service","tokenData"],"properties":{"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"tokenData":{"type":"object","additionalProperties":true,"properties":{"accessToken":{"type":["string","null"]},"refreshToken":{"type":["string","null"]},"certificateData":{"type":["string","null"]},"privateKeyData":{"type":["string","null"]},"certificateChain":{"type":["string","null"]},"sshPrivateKey":{"type":["string","null"]},"totpSecret":{"type":["string","null"]},"totpUri":{"type":["string","null"]},"totpAlgorithm":{},"totpDigits":{},"totpPeriod":{},"tokenType":{"type":["string","null"],"maxLength":256},"expiresAt":{},"allowedHosts":{},"expiryTime":{"oneOf":[{"type":"integer","minimum":0,"maximum":8640000000000000},{"type":"null"}]}}}},"$id":"NewService"};

function validate68(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="NewService" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.service === undefined) && (missing0 = "service")) || ((data.tokenData === undefined) && (missing0 = "tokenData"))){
return refuse(validate68, instancePath, "#/required", "required", {missingProperty: missing0});
}
else {
if(data.service !== undefined){
let data0 = data.service;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 256){
return refuse(validate68, instancePath+"/service", "#/properties/service/maxLength", "maxLength", {limit: 256});
}
else {
if(func1(data0) < 1){
return refuse(validate68, instancePath+"/service", "#/properties/service/minLength", "minLength", {limit: 1});
}
else {
if(!pattern3.test(data0)){
return refuse(validate68, instancePath+"/service", "#/properties/service/pattern", "pattern", {pattern: "^[^\\u0000-\\u001f\\u007f]*$"});
}
}
}
}
else {
return refuse(validate68, instancePath+"/service", "#/properties/service/type", "type", {type: "string"});
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.tokenData !== undefined){
let data1 = data.tokenData;
const _errs3 = errors;
if(errors === _errs3){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(data1.accessToken !== undefined){
let data2 = data1.accessToken;
const _errs6 = errors;
if((typeof data2 !== "string") && (data2 !== null)){
return refuse(validate68, instancePath+"/tokenData/accessToken", "#/properties/tokenData/properties/accessToken/type", "type", {type: schema35.properties.tokenData.properties.accessToken.type});
}
var valid1 = _errs6 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data1.refreshToken !== undefined){
let data3 = data1.refreshToken;
const _errs8 = errors;
if((typeof data3 !== "string") && (data3 !== null)){
return refuse(validate68, instancePath+"/tokenData/refreshToken", "#/properties/tokenData/properties/refreshToken/type", "type", {type: schema35.properties.tokenData.properties.refreshToken.type});
}
var valid1 = _errs8 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data1.certificateData !== undefined){
let data4 = data1.certificateData;
const _errs10 = errors;
if((typeof data4 !== "string") && (data4 !== null)){
return refuse(validate68, instancePath+"/tokenData/certificateData", "#/properties/tokenData/properties/certificateData/type", "type", {type: schema35.properties.tokenData.properties.certificateData.type});
}
var valid1 = _errs10 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data1.privateKeyData !== undefined){
let data5 = data1.privateKeyData;
const _errs12 = errors;
if((typeof data5 !== "string") && (data5 !== null)){
return refuse(validate68, instancePath+"/tokenData/privateKeyData", "#/properties/tokenData/properties/privateKeyData/type", "type", {type: schema35.properties.tokenData.properties.privateKeyData.type});
}
var valid1 = _errs12 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data1.certificateChain !== undefined){
let data6 = data1.certificateChain;
const _errs14 = errors;
if((typeof data6 !== "string") && (data6 !== null)){
return refuse(validate68, instancePath+"/tokenData/certificateChain", "#/properties/tokenData/properties/certificateChain/type", "type", {type: schema35.properties.tokenData.properties.certificateChain.type});
}
var valid1 = _errs14 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data1.sshPrivateKey !== undefined){
let data7 = data1.sshPrivateKey;
const _errs16 = errors;
if((typeof data7 !== "string") && (data7 !== null)){
return refuse(validate68, instancePath+"/tokenData/sshPrivateKey", "#/properties/tokenData/properties/sshPrivateKey/type", "type", {type: schema35.properties.tokenData.properties.sshPrivateKey.type});
}
var valid1 = _errs16 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data1.totpSecret !== undefined){
let data8 = data1.totpSecret;
const _errs18 = errors;
if((typeof data8 !== "string") && (data8 !== null)){
return refuse(validate68, instancePath+"/tokenData/totpSecret", "#/properties/tokenData/properties/totpSecret/type", "type", {type: schema35.properties.tokenData.properties.totpSecret.type});
}
var valid1 = _errs18 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data1.totpUri !== undefined){
let data9 = data1.totpUri;
const _errs20 = errors;
if((typeof data9 !== "string") && (data9 !== null)){
return refuse(validate68, instancePath+"/tokenData/totpUri", "#/properties/tokenData/properties/totpUri/type", "type", {type: schema35.properties.tokenData.properties.totpUri.type});
}
var valid1 = _errs20 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data1.tokenType !== undefined){
let data10 = data1.tokenType;
const _errs22 = errors;
if((typeof data10 !== "string") && (data10 !== null)){
return refuse(validate68, instancePath+"/tokenData/tokenType", "#/properties/tokenData/properties/tokenType/type", "type", {type: schema35.properties.tokenData.properties.tokenType.type});
}
if(errors === _errs22){
if(typeof data10 === "string"){
if(func1(data10) > 256){
return refuse(validate68, instancePath+"/tokenData/tokenType", "#/properties/tokenData/properties/tokenType/maxLength", "maxLength", {limit: 256});
}
}
}
var valid1 = _errs22 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data1.expiryTime !== undefined){
let data11 = data1.expiryTime;
const _errs24 = errors;
const _errs25 = errors;
let valid2 = false;
let passing0 = null;
const _errs26 = errors;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err0 = {instancePath:instancePath+"/tokenData/expiryTime",schemaPath:"#/properties/tokenData/properties/expiryTime/oneOf/0/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(errors === _errs26){
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 8640000000000000 || isNaN(data11)){
const err1 = {instancePath:instancePath+"/tokenData/expiryTime",schemaPath:"#/properties/tokenData/properties/expiryTime/oneOf/0/maximum",keyword:"maximum",params:{comparison: "<=", limit: 8640000000000000}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
else {
if(data11 < 0 || isNaN(data11)){
const err2 = {instancePath:instancePath+"/tokenData/expiryTime",schemaPath:"#/properties/tokenData/properties/expiryTime/oneOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
}
var _valid0 = _errs26 === errors;
if(_valid0){
valid2 = true;
passing0 = 0;
}
const _errs28 = errors;
if(data11 !== null){
const err3 = {instancePath:instancePath+"/tokenData/expiryTime",schemaPath:"#/properties/tokenData/properties/expiryTime/oneOf/1/type",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var _valid0 = _errs28 === errors;
if(_valid0 && valid2){
valid2 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid2 = true;
passing0 = 1;
}
}
if(!valid2){
const err4 = {instancePath:instancePath+"/tokenData/expiryTime",schemaPath:"#/properties/tokenData/properties/expiryTime/oneOf",keyword:"oneOf",params:{passingSchemas: passing0}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
validate68.errors = vErrors;
return false;
}
else {
errors = _errs25;
if(vErrors !== null){
if(_errs25){
vErrors.length = _errs25;
}
else {
vErrors = null;
}
}
}
var valid1 = _errs24 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
}
}
}
}
}
else {
return refuse(validate68, instancePath+"/tokenData", "#/properties/tokenData/type", "type", {type: "object"});
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
}
}
}
else {
return refuse(validate68, instancePath, "#/type", "type", {type: "object"});
}
}
validate68.errors = vErrors;
return errors === 0;
}

export const ServiceName = validate69;
const schema36 = {"type":"object","required":["service"],"properties":{"service":{"type":"string","minLength":1,"maxLength":512,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"}},"$id":"ServiceName"};

function validate69(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="ServiceName" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.service === undefined) && (missing0 = "service")){
return refuse(validate69, instancePath, "#/required", "required", {missingProperty: missing0});
}
else {
if(data.service !== undefined){
let data0 = data.service;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 512){
return refuse(validate69, instancePath+"/service", "#/properties/service/maxLength", "maxLength", {limit: 512});
}
else {
if(func1(data0) < 1){
return refuse(validate69, instancePath+"/service", "#/properties/service/minLength", "minLength", {limit: 1});
}
else {
if(!pattern3.test(data0)){
return refuse(validate69, instancePath+"/service", "#/properties/service/pattern", "pattern", {pattern: "^[^\\u0000-\\u001f\\u007f]*$"});
}
}
}
}
else {
return refuse(validate69, instancePath+"/service", "#/properties/service/type", "type", {type: "string"});
}
}
}
}
}
else {
return refuse(validate69, instancePath, "#/type", "type", {type: "object"});
}
}
validate69.errors = vErrors;
return errors === 0;
}

export const showAuditQuery = validate70;
const schema37 = {"type":"object","required":[],"properties":{"service":{"type":"string","maxLength":256},"op":{"type":"string","maxLength":64},"outcome":{"type":"string","maxLength":64},"limit":{"type":"string","pattern":"^[1-9][0-9]{0,3}$"}},"$id":"showAuditQuery"};
const pattern23 = new RegExp("^[1-9][0-9]{0,3}$", "u");

function validate70(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="showAuditQuery" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.service !== undefined){
let data0 = data.service;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 256){
return refuse(validate70, instancePath+"/service", "#/properties/service/maxLength", "maxLength", {limit: 256});
}
}
else {
return refuse(validate70, instancePath+"/service", "#/properties/service/type", "type", {type: "string"});
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.op !== undefined){
let data1 = data.op;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(func1(data1) > 64){
return refuse(validate70, instancePath+"/op", "#/properties/op/maxLength", "maxLength", {limit: 64});
}
}
else {
return refuse(validate70, instancePath+"/op", "#/properties/op/type", "type", {type: "string"});
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.outcome !== undefined){
let data2 = data.outcome;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data2 === "string"){
if(func1(data2) > 64){
return refuse(validate70, instancePath+"/outcome", "#/properties/outcome/maxLength", "maxLength", {limit: 64});
}
}
else {
return refuse(validate70, instancePath+"/outcome", "#/properties/outcome/type", "type", {type: "string"});
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.limit !== undefined){
let data3 = data.limit;
const _errs7 = errors;
if(errors === _errs7){
if(typeof data3 === "string"){
if(!pattern23.test(data3)){
return refuse(validate70, instancePath+"/limit", "#/properties/limit/pattern", "pattern", {pattern: "^[1-9][0-9]{0,3}$"});
}
}
else {
return refuse(validate70, instancePath+"/limit", "#/properties/limit/type", "type", {type: "string"});
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
return refuse(validate70, instancePath, "#/type", "type", {type: "object"});
}
}
validate70.errors = vErrors;
return errors === 0;
}
