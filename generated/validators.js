// Generated from openapi.yaml by `npm run generate`; do not edit.
import { ucs2length } from "./runtime.js";
export const showHomeQuery = validate52;
const schema19 = {"type":"object","required":[],"properties":{"service":{"type":"string","maxLength":256},"op":{"type":"string","maxLength":64},"outcome":{"type":"string","maxLength":64},"said":{"type":"string","maxLength":64}},"$id":"showHomeQuery"};
const func1 = ucs2length;

function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="showHomeQuery" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate52.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.service !== undefined){
let data0 = data.service;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 256){
validate52.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
}
else {
validate52.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate52.errors = [{instancePath:instancePath+"/op",schemaPath:"#/properties/op/maxLength",keyword:"maxLength",params:{limit: 64}}];
return false;
}
}
else {
validate52.errors = [{instancePath:instancePath+"/op",schemaPath:"#/properties/op/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate52.errors = [{instancePath:instancePath+"/outcome",schemaPath:"#/properties/outcome/maxLength",keyword:"maxLength",params:{limit: 64}}];
return false;
}
}
else {
validate52.errors = [{instancePath:instancePath+"/outcome",schemaPath:"#/properties/outcome/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate52.errors = [{instancePath:instancePath+"/said",schemaPath:"#/properties/said/maxLength",keyword:"maxLength",params:{limit: 64}}];
return false;
}
}
else {
validate52.errors = [{instancePath:instancePath+"/said",schemaPath:"#/properties/said/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate52.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate52.errors = vErrors;
return errors === 0;
}
validate52.evaluated = {"props":{"service":true,"op":true,"outcome":true,"said":true},"dynamicProps":false,"dynamicItems":false};

export const HomeForm = validate53;
const schema20 = {"type":"object","required":["action"],"properties":{"action":{"type":"string","enum":["sign-in","sign-out","lock","unlock","allow-host","remove-host","remove-service"]},"secret":{"type":"string","maxLength":1024},"service":{"type":"string","maxLength":512},"host":{"type":"string","maxLength":253}},"$id":"HomeForm"};

function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="HomeForm" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate53.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.action === undefined) && (missing0 = "action")){
validate53.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.action !== undefined){
let data0 = data.action;
const _errs1 = errors;
if(typeof data0 !== "string"){
validate53.errors = [{instancePath:instancePath+"/action",schemaPath:"#/properties/action/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((((((data0 === "sign-in") || (data0 === "sign-out")) || (data0 === "lock")) || (data0 === "unlock")) || (data0 === "allow-host")) || (data0 === "remove-host")) || (data0 === "remove-service"))){
validate53.errors = [{instancePath:instancePath+"/action",schemaPath:"#/properties/action/enum",keyword:"enum",params:{allowedValues: schema20.properties.action.enum}}];
return false;
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
validate53.errors = [{instancePath:instancePath+"/secret",schemaPath:"#/properties/secret/maxLength",keyword:"maxLength",params:{limit: 1024}}];
return false;
}
}
else {
validate53.errors = [{instancePath:instancePath+"/secret",schemaPath:"#/properties/secret/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate53.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/maxLength",keyword:"maxLength",params:{limit: 512}}];
return false;
}
}
else {
validate53.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate53.errors = [{instancePath:instancePath+"/host",schemaPath:"#/properties/host/maxLength",keyword:"maxLength",params:{limit: 253}}];
return false;
}
}
else {
validate53.errors = [{instancePath:instancePath+"/host",schemaPath:"#/properties/host/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate53.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate53.errors = vErrors;
return errors === 0;
}
validate53.evaluated = {"props":{"action":true,"secret":true,"service":true,"host":true},"dynamicProps":false,"dynamicItems":false};

export const HealthCheck = validate54;
const schema21 = {"type":"object","properties":{"requestId":{"type":"string","maxLength":256}},"$id":"HealthCheck"};

function validate54(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="HealthCheck" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate54.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.requestId !== undefined){
let data0 = data.requestId;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 256){
validate54.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/properties/requestId/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
}
else {
validate54.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/properties/requestId/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
}
}
else {
validate54.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate54.errors = vErrors;
return errors === 0;
}
validate54.evaluated = {"props":{"requestId":true},"dynamicProps":false,"dynamicItems":false};

export const getRegistrationUrlQuery = validate55;
const schema22 = {"type":"object","required":[],"properties":{"tv":{"type":"string","maxLength":2048}},"$id":"getRegistrationUrlQuery"};

function validate55(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="getRegistrationUrlQuery" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate55.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.tv !== undefined){
let data0 = data.tv;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 2048){
validate55.errors = [{instancePath:instancePath+"/tv",schemaPath:"#/properties/tv/maxLength",keyword:"maxLength",params:{limit: 2048}}];
return false;
}
}
else {
validate55.errors = [{instancePath:instancePath+"/tv",schemaPath:"#/properties/tv/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
}
}
else {
validate55.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate55.errors = vErrors;
return errors === 0;
}
validate55.evaluated = {"props":{"tv":true},"dynamicProps":false,"dynamicItems":false};

export const showBindPageQuery = validate56;
const schema23 = {"type":"object","required":[],"properties":{"tv":{"type":"string","maxLength":2048}},"$id":"showBindPageQuery"};

function validate56(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="showBindPageQuery" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate56.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.tv !== undefined){
let data0 = data.tv;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 2048){
validate56.errors = [{instancePath:instancePath+"/tv",schemaPath:"#/properties/tv/maxLength",keyword:"maxLength",params:{limit: 2048}}];
return false;
}
}
else {
validate56.errors = [{instancePath:instancePath+"/tv",schemaPath:"#/properties/tv/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
}
}
else {
validate56.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate56.errors = vErrors;
return errors === 0;
}
validate56.evaluated = {"props":{"tv":true},"dynamicProps":false,"dynamicItems":false};

export const BindingForm = validate57;
const schema24 = {"type":"object","properties":{"tv":{"type":"string","maxLength":2048}},"$id":"BindingForm"};

function validate57(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="BindingForm" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate57.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.tv !== undefined){
let data0 = data.tv;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 2048){
validate57.errors = [{instancePath:instancePath+"/tv",schemaPath:"#/properties/tv/maxLength",keyword:"maxLength",params:{limit: 2048}}];
return false;
}
}
else {
validate57.errors = [{instancePath:instancePath+"/tv",schemaPath:"#/properties/tv/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
}
}
else {
validate57.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate57.errors = vErrors;
return errors === 0;
}
validate57.evaluated = {"props":{"tv":true},"dynamicProps":false,"dynamicItems":false};

export const ExchangeRequest = validate58;
const schema25 = {"type":"object","required":["code"],"properties":{"code":{"type":"string","minLength":1,"maxLength":256}},"$id":"ExchangeRequest"};

function validate58(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="ExchangeRequest" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate58.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.code === undefined) && (missing0 = "code")){
validate58.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.code !== undefined){
let data0 = data.code;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 256){
validate58.errors = [{instancePath:instancePath+"/code",schemaPath:"#/properties/code/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
else {
if(func1(data0) < 1){
validate58.errors = [{instancePath:instancePath+"/code",schemaPath:"#/properties/code/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate58.errors = [{instancePath:instancePath+"/code",schemaPath:"#/properties/code/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
}
}
}
else {
validate58.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate58.errors = vErrors;
return errors === 0;
}
validate58.evaluated = {"props":{"code":true},"dynamicProps":false,"dynamicItems":false};

export const StorageRequest = validate59;
const schema26 = {"oneOf":[{"type":"object","required":["operation","collection","key"],"properties":{"operation":{"type":"string","const":"get"},"collection":{"type":"string","enum":["tokens","proxy_configs","audit","vault_config"]},"key":{"type":"string","minLength":1,"maxLength":512,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"requestId":{"type":"string","maxLength":256}}},{"type":"object","required":["operation","collection","key","data"],"properties":{"operation":{"type":"string","const":"set"},"collection":{"type":"string","enum":["tokens","proxy_configs","audit","vault_config"]},"key":{"type":"string","minLength":1,"maxLength":512,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"data":{"type":"object","additionalProperties":true},"requestId":{"type":"string","maxLength":256}}},{"type":"object","required":["operation","collection","key"],"properties":{"operation":{"type":"string","const":"delete"},"collection":{"type":"string","enum":["tokens","proxy_configs","audit","vault_config"]},"key":{"type":"string","minLength":1,"maxLength":512,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"requestId":{"type":"string","maxLength":256}}},{"type":"object","required":["operation","collection"],"properties":{"operation":{"type":"string","const":"list"},"collection":{"type":"string","enum":["tokens","proxy_configs","audit","vault_config"]},"options":{"type":"object","properties":{"limit":{"type":"integer","minimum":1},"after":{"type":["string","number"]},"since":{"type":["string","number"]},"filters":{"type":"object","additionalProperties":true}}},"requestId":{"type":"string","maxLength":256}}},{"type":"object","required":["operation","collections"],"properties":{"operation":{"type":"string","const":"list_batch"},"collections":{"type":"array","maxItems":64,"items":{"type":"string"}},"options":{"type":"object","properties":{"limit":{"type":"integer","minimum":1},"after":{"type":["string","number"]},"since":{"type":["string","number"]},"filters":{"type":"object","additionalProperties":true}}},"requestId":{"type":"string","maxLength":256}}}],"discriminator":{"propertyName":"operation"},"type":"object","$id":"StorageRequest"};
const pattern3 = new RegExp("^[^\\u0000-\\u001f\\u007f]*$", "u");

function validate59(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="StorageRequest" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate59.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
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
validate59.errors = [{instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.operation !== undefined){
let data0 = data.operation;
const _errs4 = errors;
if(typeof data0 !== "string"){
validate59.errors = [{instancePath:instancePath+"/operation",schemaPath:"#/oneOf/0/properties/operation/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("get" !== data0){
validate59.errors = [{instancePath:instancePath+"/operation",schemaPath:"#/oneOf/0/properties/operation/const",keyword:"const",params:{allowedValue: "get"}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/collection",schemaPath:"#/oneOf/0/properties/collection/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((data1 === "tokens") || (data1 === "proxy_configs")) || (data1 === "audit")) || (data1 === "vault_config"))){
validate59.errors = [{instancePath:instancePath+"/collection",schemaPath:"#/oneOf/0/properties/collection/enum",keyword:"enum",params:{allowedValues: schema26.oneOf[0].properties.collection.enum}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/key",schemaPath:"#/oneOf/0/properties/key/maxLength",keyword:"maxLength",params:{limit: 512}}];
return false;
}
else {
if(func1(data2) < 1){
validate59.errors = [{instancePath:instancePath+"/key",schemaPath:"#/oneOf/0/properties/key/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
else {
if(!pattern3.test(data2)){
validate59.errors = [{instancePath:instancePath+"/key",schemaPath:"#/oneOf/0/properties/key/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}}];
return false;
}
}
}
}
else {
validate59.errors = [{instancePath:instancePath+"/key",schemaPath:"#/oneOf/0/properties/key/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/oneOf/0/properties/requestId/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
}
else {
validate59.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/oneOf/0/properties/requestId/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate59.errors = [{instancePath,schemaPath:"#/oneOf/0/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var props0 = {};
props0.operation = true;
props0.collection = true;
props0.key = true;
props0.requestId = true;
}
else if(tag0 === "set"){
const _errs12 = errors;
if(errors === _errs12){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if(((((data.operation === undefined) && (missing1 = "operation")) || ((data.collection === undefined) && (missing1 = "collection"))) || ((data.key === undefined) && (missing1 = "key"))) || ((data.data === undefined) && (missing1 = "data"))){
validate59.errors = [{instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
if(data.operation !== undefined){
let data4 = data.operation;
const _errs14 = errors;
if(typeof data4 !== "string"){
validate59.errors = [{instancePath:instancePath+"/operation",schemaPath:"#/oneOf/1/properties/operation/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("set" !== data4){
validate59.errors = [{instancePath:instancePath+"/operation",schemaPath:"#/oneOf/1/properties/operation/const",keyword:"const",params:{allowedValue: "set"}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/collection",schemaPath:"#/oneOf/1/properties/collection/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((data5 === "tokens") || (data5 === "proxy_configs")) || (data5 === "audit")) || (data5 === "vault_config"))){
validate59.errors = [{instancePath:instancePath+"/collection",schemaPath:"#/oneOf/1/properties/collection/enum",keyword:"enum",params:{allowedValues: schema26.oneOf[1].properties.collection.enum}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/key",schemaPath:"#/oneOf/1/properties/key/maxLength",keyword:"maxLength",params:{limit: 512}}];
return false;
}
else {
if(func1(data6) < 1){
validate59.errors = [{instancePath:instancePath+"/key",schemaPath:"#/oneOf/1/properties/key/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
else {
if(!pattern3.test(data6)){
validate59.errors = [{instancePath:instancePath+"/key",schemaPath:"#/oneOf/1/properties/key/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}}];
return false;
}
}
}
}
else {
validate59.errors = [{instancePath:instancePath+"/key",schemaPath:"#/oneOf/1/properties/key/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/data",schemaPath:"#/oneOf/1/properties/data/type",keyword:"type",params:{type: "object"}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/oneOf/1/properties/requestId/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
}
else {
validate59.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/oneOf/1/properties/requestId/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate59.errors = [{instancePath,schemaPath:"#/oneOf/1/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
if(props0 !== true){
props0 = props0 || {};
props0.operation = true;
props0.collection = true;
props0.key = true;
props0.data = true;
props0.requestId = true;
}
}
else if(tag0 === "delete"){
const _errs25 = errors;
if(errors === _errs25){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((((data.operation === undefined) && (missing2 = "operation")) || ((data.collection === undefined) && (missing2 = "collection"))) || ((data.key === undefined) && (missing2 = "key"))){
validate59.errors = [{instancePath,schemaPath:"#/oneOf/2/required",keyword:"required",params:{missingProperty: missing2}}];
return false;
}
else {
if(data.operation !== undefined){
let data9 = data.operation;
const _errs27 = errors;
if(typeof data9 !== "string"){
validate59.errors = [{instancePath:instancePath+"/operation",schemaPath:"#/oneOf/2/properties/operation/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("delete" !== data9){
validate59.errors = [{instancePath:instancePath+"/operation",schemaPath:"#/oneOf/2/properties/operation/const",keyword:"const",params:{allowedValue: "delete"}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/collection",schemaPath:"#/oneOf/2/properties/collection/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((data10 === "tokens") || (data10 === "proxy_configs")) || (data10 === "audit")) || (data10 === "vault_config"))){
validate59.errors = [{instancePath:instancePath+"/collection",schemaPath:"#/oneOf/2/properties/collection/enum",keyword:"enum",params:{allowedValues: schema26.oneOf[2].properties.collection.enum}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/key",schemaPath:"#/oneOf/2/properties/key/maxLength",keyword:"maxLength",params:{limit: 512}}];
return false;
}
else {
if(func1(data11) < 1){
validate59.errors = [{instancePath:instancePath+"/key",schemaPath:"#/oneOf/2/properties/key/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
else {
if(!pattern3.test(data11)){
validate59.errors = [{instancePath:instancePath+"/key",schemaPath:"#/oneOf/2/properties/key/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}}];
return false;
}
}
}
}
else {
validate59.errors = [{instancePath:instancePath+"/key",schemaPath:"#/oneOf/2/properties/key/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/oneOf/2/properties/requestId/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
}
else {
validate59.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/oneOf/2/properties/requestId/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate59.errors = [{instancePath,schemaPath:"#/oneOf/2/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
if(props0 !== true){
props0 = props0 || {};
props0.operation = true;
props0.collection = true;
props0.key = true;
props0.requestId = true;
}
}
else if(tag0 === "list"){
const _errs35 = errors;
if(errors === _errs35){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing3;
if(((data.operation === undefined) && (missing3 = "operation")) || ((data.collection === undefined) && (missing3 = "collection"))){
validate59.errors = [{instancePath,schemaPath:"#/oneOf/3/required",keyword:"required",params:{missingProperty: missing3}}];
return false;
}
else {
if(data.operation !== undefined){
let data13 = data.operation;
const _errs37 = errors;
if(typeof data13 !== "string"){
validate59.errors = [{instancePath:instancePath+"/operation",schemaPath:"#/oneOf/3/properties/operation/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("list" !== data13){
validate59.errors = [{instancePath:instancePath+"/operation",schemaPath:"#/oneOf/3/properties/operation/const",keyword:"const",params:{allowedValue: "list"}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/collection",schemaPath:"#/oneOf/3/properties/collection/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((data14 === "tokens") || (data14 === "proxy_configs")) || (data14 === "audit")) || (data14 === "vault_config"))){
validate59.errors = [{instancePath:instancePath+"/collection",schemaPath:"#/oneOf/3/properties/collection/enum",keyword:"enum",params:{allowedValues: schema26.oneOf[3].properties.collection.enum}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/options/limit",schemaPath:"#/oneOf/3/properties/options/properties/limit/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs43){
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 < 1 || isNaN(data16)){
validate59.errors = [{instancePath:instancePath+"/options/limit",schemaPath:"#/oneOf/3/properties/options/properties/limit/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/options/after",schemaPath:"#/oneOf/3/properties/options/properties/after/type",keyword:"type",params:{type: schema26.oneOf[3].properties.options.properties.after.type}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/options/since",schemaPath:"#/oneOf/3/properties/options/properties/since/type",keyword:"type",params:{type: schema26.oneOf[3].properties.options.properties.since.type}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/options/filters",schemaPath:"#/oneOf/3/properties/options/properties/filters/type",keyword:"type",params:{type: "object"}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/options",schemaPath:"#/oneOf/3/properties/options/type",keyword:"type",params:{type: "object"}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/oneOf/3/properties/requestId/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
}
else {
validate59.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/oneOf/3/properties/requestId/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate59.errors = [{instancePath,schemaPath:"#/oneOf/3/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
if(props0 !== true){
props0 = props0 || {};
props0.operation = true;
props0.collection = true;
props0.options = true;
props0.requestId = true;
}
}
else if(tag0 === "list_batch"){
const _errs54 = errors;
if(errors === _errs54){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing4;
if(((data.operation === undefined) && (missing4 = "operation")) || ((data.collections === undefined) && (missing4 = "collections"))){
validate59.errors = [{instancePath,schemaPath:"#/oneOf/4/required",keyword:"required",params:{missingProperty: missing4}}];
return false;
}
else {
if(data.operation !== undefined){
let data21 = data.operation;
const _errs56 = errors;
if(typeof data21 !== "string"){
validate59.errors = [{instancePath:instancePath+"/operation",schemaPath:"#/oneOf/4/properties/operation/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("list_batch" !== data21){
validate59.errors = [{instancePath:instancePath+"/operation",schemaPath:"#/oneOf/4/properties/operation/const",keyword:"const",params:{allowedValue: "list_batch"}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/collections",schemaPath:"#/oneOf/4/properties/collections/maxItems",keyword:"maxItems",params:{limit: 64}}];
return false;
}
else {
var valid12 = true;
const len0 = data22.length;
for(let i0=0; i0<len0; i0++){
const _errs60 = errors;
if(typeof data22[i0] !== "string"){
validate59.errors = [{instancePath:instancePath+"/collections/" + i0,schemaPath:"#/oneOf/4/properties/collections/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid12 = _errs60 === errors;
if(!valid12){
break;
}
}
}
}
else {
validate59.errors = [{instancePath:instancePath+"/collections",schemaPath:"#/oneOf/4/properties/collections/type",keyword:"type",params:{type: "array"}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/options/limit",schemaPath:"#/oneOf/4/properties/options/properties/limit/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs64){
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 < 1 || isNaN(data25)){
validate59.errors = [{instancePath:instancePath+"/options/limit",schemaPath:"#/oneOf/4/properties/options/properties/limit/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/options/after",schemaPath:"#/oneOf/4/properties/options/properties/after/type",keyword:"type",params:{type: schema26.oneOf[4].properties.options.properties.after.type}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/options/since",schemaPath:"#/oneOf/4/properties/options/properties/since/type",keyword:"type",params:{type: schema26.oneOf[4].properties.options.properties.since.type}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/options/filters",schemaPath:"#/oneOf/4/properties/options/properties/filters/type",keyword:"type",params:{type: "object"}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/options",schemaPath:"#/oneOf/4/properties/options/type",keyword:"type",params:{type: "object"}}];
return false;
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
validate59.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/oneOf/4/properties/requestId/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
}
else {
validate59.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/oneOf/4/properties/requestId/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate59.errors = [{instancePath,schemaPath:"#/oneOf/4/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
if(props0 !== true){
props0 = props0 || {};
props0.operation = true;
props0.collections = true;
props0.options = true;
props0.requestId = true;
}
}
else {
validate59.errors = [{instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "operation", tagValue: tag0}}];
return false;
}
}
else {
validate59.errors = [{instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "tag", tag: "operation", tagValue: tag0}}];
return false;
}
}
else {
validate59.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate59.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate59.evaluated = {"dynamicProps":true,"dynamicItems":false};

export const StoreRequest = validate60;
const schema27 = {"type":"object","required":["ticket","service","tokenData"],"properties":{"ticket":{"type":"string","maxLength":8192},"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"tokenData":{"type":"object","additionalProperties":true,"properties":{"accessToken":{"type":["string","null"]},"refreshToken":{"type":["string","null"]},"certificateData":{"type":["string","null"]},"privateKeyData":{"type":["string","null"]},"certificateChain":{"type":["string","null"]},"sshPrivateKey":{"type":["string","null"]},"totpSecret":{"type":["string","null"]},"totpUri":{"type":["string","null"]},"totpAlgorithm":{},"totpDigits":{},"totpPeriod":{},"tokenType":{"type":["string","null"],"maxLength":256},"expiresAt":{},"allowedHosts":{},"expiryTime":{"oneOf":[{"type":"integer","minimum":0,"maximum":8640000000000000},{"type":"null"}]}}}},"$id":"StoreRequest"};

function validate60(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="StoreRequest" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate60.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.ticket === undefined) && (missing0 = "ticket")) || ((data.service === undefined) && (missing0 = "service"))) || ((data.tokenData === undefined) && (missing0 = "tokenData"))){
validate60.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.ticket !== undefined){
let data0 = data.ticket;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 8192){
validate60.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/maxLength",keyword:"maxLength",params:{limit: 8192}}];
return false;
}
}
else {
validate60.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate60.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
else {
if(func1(data1) < 1){
validate60.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
else {
if(!pattern3.test(data1)){
validate60.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}}];
return false;
}
}
}
}
else {
validate60.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate60.errors = [{instancePath:instancePath+"/tokenData/accessToken",schemaPath:"#/properties/tokenData/properties/accessToken/type",keyword:"type",params:{type: schema27.properties.tokenData.properties.accessToken.type}}];
return false;
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
validate60.errors = [{instancePath:instancePath+"/tokenData/refreshToken",schemaPath:"#/properties/tokenData/properties/refreshToken/type",keyword:"type",params:{type: schema27.properties.tokenData.properties.refreshToken.type}}];
return false;
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
validate60.errors = [{instancePath:instancePath+"/tokenData/certificateData",schemaPath:"#/properties/tokenData/properties/certificateData/type",keyword:"type",params:{type: schema27.properties.tokenData.properties.certificateData.type}}];
return false;
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
validate60.errors = [{instancePath:instancePath+"/tokenData/privateKeyData",schemaPath:"#/properties/tokenData/properties/privateKeyData/type",keyword:"type",params:{type: schema27.properties.tokenData.properties.privateKeyData.type}}];
return false;
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
validate60.errors = [{instancePath:instancePath+"/tokenData/certificateChain",schemaPath:"#/properties/tokenData/properties/certificateChain/type",keyword:"type",params:{type: schema27.properties.tokenData.properties.certificateChain.type}}];
return false;
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
validate60.errors = [{instancePath:instancePath+"/tokenData/sshPrivateKey",schemaPath:"#/properties/tokenData/properties/sshPrivateKey/type",keyword:"type",params:{type: schema27.properties.tokenData.properties.sshPrivateKey.type}}];
return false;
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
validate60.errors = [{instancePath:instancePath+"/tokenData/totpSecret",schemaPath:"#/properties/tokenData/properties/totpSecret/type",keyword:"type",params:{type: schema27.properties.tokenData.properties.totpSecret.type}}];
return false;
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
validate60.errors = [{instancePath:instancePath+"/tokenData/totpUri",schemaPath:"#/properties/tokenData/properties/totpUri/type",keyword:"type",params:{type: schema27.properties.tokenData.properties.totpUri.type}}];
return false;
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
validate60.errors = [{instancePath:instancePath+"/tokenData/tokenType",schemaPath:"#/properties/tokenData/properties/tokenType/type",keyword:"type",params:{type: schema27.properties.tokenData.properties.tokenType.type}}];
return false;
}
if(errors === _errs24){
if(typeof data11 === "string"){
if(func1(data11) > 256){
validate60.errors = [{instancePath:instancePath+"/tokenData/tokenType",schemaPath:"#/properties/tokenData/properties/tokenType/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
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
validate60.errors = [{instancePath:instancePath+"/tokenData",schemaPath:"#/properties/tokenData/type",keyword:"type",params:{type: "object"}}];
return false;
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
validate60.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate60.errors = vErrors;
return errors === 0;
}
validate60.evaluated = {"props":{"ticket":true,"service":true,"tokenData":true},"dynamicProps":false,"dynamicItems":false};

export const getCredentialQuery = validate61;
const schema28 = {"type":"object","required":["ticket","service"],"properties":{"ticket":{"type":"string","maxLength":8192},"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"}},"$id":"getCredentialQuery"};

function validate61(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="getCredentialQuery" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate61.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.ticket === undefined) && (missing0 = "ticket")) || ((data.service === undefined) && (missing0 = "service"))){
validate61.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.ticket !== undefined){
let data0 = data.ticket;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 8192){
validate61.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/maxLength",keyword:"maxLength",params:{limit: 8192}}];
return false;
}
}
else {
validate61.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate61.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
else {
if(func1(data1) < 1){
validate61.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
else {
if(!pattern3.test(data1)){
validate61.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}}];
return false;
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate61.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate61.errors = vErrors;
return errors === 0;
}
validate61.evaluated = {"props":{"ticket":true,"service":true},"dynamicProps":false,"dynamicItems":false};

export const TicketRequest = validate62;
const schema29 = {"type":"object","required":["ticket","service"],"properties":{"ticket":{"type":"string","maxLength":8192},"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"}},"$id":"TicketRequest"};

function validate62(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="TicketRequest" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate62.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.ticket === undefined) && (missing0 = "ticket")) || ((data.service === undefined) && (missing0 = "service"))){
validate62.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.ticket !== undefined){
let data0 = data.ticket;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 8192){
validate62.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/maxLength",keyword:"maxLength",params:{limit: 8192}}];
return false;
}
}
else {
validate62.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate62.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
else {
if(func1(data1) < 1){
validate62.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
else {
if(!pattern3.test(data1)){
validate62.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}}];
return false;
}
}
}
}
else {
validate62.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate62.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate62.errors = vErrors;
return errors === 0;
}
validate62.evaluated = {"props":{"ticket":true,"service":true},"dynamicProps":false,"dynamicItems":false};

export const getTotpCodeQuery = validate63;
const schema30 = {"type":"object","required":["ticket","service"],"properties":{"ticket":{"type":"string","maxLength":8192},"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"}},"$id":"getTotpCodeQuery"};

function validate63(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="getTotpCodeQuery" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate63.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.ticket === undefined) && (missing0 = "ticket")) || ((data.service === undefined) && (missing0 = "service"))){
validate63.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.ticket !== undefined){
let data0 = data.ticket;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 8192){
validate63.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/maxLength",keyword:"maxLength",params:{limit: 8192}}];
return false;
}
}
else {
validate63.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate63.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
else {
if(func1(data1) < 1){
validate63.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
else {
if(!pattern3.test(data1)){
validate63.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}}];
return false;
}
}
}
}
else {
validate63.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate63.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate63.errors = vErrors;
return errors === 0;
}
validate63.evaluated = {"props":{"ticket":true,"service":true},"dynamicProps":false,"dynamicItems":false};

export const ProxyRequest = validate64;
const schema31 = {"type":"object","required":["ticket","service","upstream","headerTemplates"],"properties":{"ticket":{"type":"string","maxLength":8192},"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"upstream":{"type":"object","required":["url"],"properties":{"url":{"type":"string","minLength":1,"maxLength":8192},"method":{"type":"string","pattern":"^[A-Za-z]{1,16}$"},"headers":{"type":"object","maxProperties":100,"propertyNames":{"type":"string","pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$"},"additionalProperties":{"type":"string","maxLength":16384,"pattern":"^[\\t\\u0020-\\u007e\\u0080-\\u00ff]*$"}},"body":{"type":["string","null"],"pattern":"^[A-Za-z0-9+/]*={0,2}$"}}},"headerTemplates":{"type":"object","maxProperties":100,"propertyNames":{"type":"string","pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$"},"additionalProperties":{"type":"string","maxLength":16384,"pattern":"^[\\t\\u0020-\\u007e\\u0080-\\u00ff]*$"}},"requestId":{"type":"string","maxLength":256}},"$id":"ProxyRequest"};
const pattern11 = new RegExp("^[A-Za-z]{1,16}$", "u");
const pattern12 = new RegExp("^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$", "u");
const pattern13 = new RegExp("^[\\t\\u0020-\\u007e\\u0080-\\u00ff]*$", "u");
const pattern14 = new RegExp("^[A-Za-z0-9+/]*={0,2}$", "u");

function validate64(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="ProxyRequest" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate64.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.ticket === undefined) && (missing0 = "ticket")) || ((data.service === undefined) && (missing0 = "service"))) || ((data.upstream === undefined) && (missing0 = "upstream"))) || ((data.headerTemplates === undefined) && (missing0 = "headerTemplates"))){
validate64.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.ticket !== undefined){
let data0 = data.ticket;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 8192){
validate64.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/maxLength",keyword:"maxLength",params:{limit: 8192}}];
return false;
}
}
else {
validate64.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate64.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
else {
if(func1(data1) < 1){
validate64.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
else {
if(!pattern3.test(data1)){
validate64.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}}];
return false;
}
}
}
}
else {
validate64.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate64.errors = [{instancePath:instancePath+"/upstream",schemaPath:"#/properties/upstream/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
if(data2.url !== undefined){
let data3 = data2.url;
const _errs7 = errors;
if(errors === _errs7){
if(typeof data3 === "string"){
if(func1(data3) > 8192){
validate64.errors = [{instancePath:instancePath+"/upstream/url",schemaPath:"#/properties/upstream/properties/url/maxLength",keyword:"maxLength",params:{limit: 8192}}];
return false;
}
else {
if(func1(data3) < 1){
validate64.errors = [{instancePath:instancePath+"/upstream/url",schemaPath:"#/properties/upstream/properties/url/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate64.errors = [{instancePath:instancePath+"/upstream/url",schemaPath:"#/properties/upstream/properties/url/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate64.errors = [{instancePath:instancePath+"/upstream/method",schemaPath:"#/properties/upstream/properties/method/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z]{1,16}$"}}];
return false;
}
}
else {
validate64.errors = [{instancePath:instancePath+"/upstream/method",schemaPath:"#/properties/upstream/properties/method/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate64.errors = [{instancePath:instancePath+"/upstream/headers",schemaPath:"#/properties/upstream/properties/headers/maxProperties",keyword:"maxProperties",params:{limit: 100}}];
return false;
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
validate64.errors = [{instancePath:instancePath+"/upstream/headers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/upstream/properties/headers/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 16384}}];
return false;
}
else {
if(!pattern13.test(data6)){
validate64.errors = [{instancePath:instancePath+"/upstream/headers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/upstream/properties/headers/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^[\\t\\u0020-\\u007e\\u0080-\\u00ff]*$"}}];
return false;
}
}
}
else {
validate64.errors = [{instancePath:instancePath+"/upstream/headers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/upstream/properties/headers/additionalProperties/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate64.errors = [{instancePath:instancePath+"/upstream/headers",schemaPath:"#/properties/upstream/properties/headers/type",keyword:"type",params:{type: "object"}}];
return false;
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
validate64.errors = [{instancePath:instancePath+"/upstream/body",schemaPath:"#/properties/upstream/properties/body/type",keyword:"type",params:{type: schema31.properties.upstream.properties.body.type}}];
return false;
}
if(errors === _errs18){
if(typeof data7 === "string"){
if(!pattern14.test(data7)){
validate64.errors = [{instancePath:instancePath+"/upstream/body",schemaPath:"#/properties/upstream/properties/body/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]*={0,2}$"}}];
return false;
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
validate64.errors = [{instancePath:instancePath+"/upstream",schemaPath:"#/properties/upstream/type",keyword:"type",params:{type: "object"}}];
return false;
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
validate64.errors = [{instancePath:instancePath+"/headerTemplates",schemaPath:"#/properties/headerTemplates/maxProperties",keyword:"maxProperties",params:{limit: 100}}];
return false;
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
validate64.errors = [{instancePath:instancePath+"/headerTemplates/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/headerTemplates/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 16384}}];
return false;
}
else {
if(!pattern13.test(data9)){
validate64.errors = [{instancePath:instancePath+"/headerTemplates/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/headerTemplates/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^[\\t\\u0020-\\u007e\\u0080-\\u00ff]*$"}}];
return false;
}
}
}
else {
validate64.errors = [{instancePath:instancePath+"/headerTemplates/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/headerTemplates/additionalProperties/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate64.errors = [{instancePath:instancePath+"/headerTemplates",schemaPath:"#/properties/headerTemplates/type",keyword:"type",params:{type: "object"}}];
return false;
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
validate64.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/properties/requestId/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
}
else {
validate64.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/properties/requestId/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate64.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate64.errors = vErrors;
return errors === 0;
}
validate64.evaluated = {"props":{"ticket":true,"service":true,"upstream":true,"headerTemplates":true,"requestId":true},"dynamicProps":false,"dynamicItems":false};

export const RefreshNotification = validate65;
const schema32 = {"type":"object","required":["service"],"properties":{"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"reason":{"type":"string","maxLength":1024},"refreshHint":{"type":"object","properties":{"provider":{"type":"string","maxLength":256},"tokenUrl":{"type":"string","maxLength":8192},"clientId":{"type":"string","maxLength":1024}}},"requestId":{"type":"string","maxLength":256}},"$id":"RefreshNotification"};

function validate65(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="RefreshNotification" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate65.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.service === undefined) && (missing0 = "service")){
validate65.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.service !== undefined){
let data0 = data.service;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 256){
validate65.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
else {
if(func1(data0) < 1){
validate65.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
else {
if(!pattern3.test(data0)){
validate65.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}}];
return false;
}
}
}
}
else {
validate65.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate65.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/maxLength",keyword:"maxLength",params:{limit: 1024}}];
return false;
}
}
else {
validate65.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate65.errors = [{instancePath:instancePath+"/refreshHint/provider",schemaPath:"#/properties/refreshHint/properties/provider/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
}
else {
validate65.errors = [{instancePath:instancePath+"/refreshHint/provider",schemaPath:"#/properties/refreshHint/properties/provider/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate65.errors = [{instancePath:instancePath+"/refreshHint/tokenUrl",schemaPath:"#/properties/refreshHint/properties/tokenUrl/maxLength",keyword:"maxLength",params:{limit: 8192}}];
return false;
}
}
else {
validate65.errors = [{instancePath:instancePath+"/refreshHint/tokenUrl",schemaPath:"#/properties/refreshHint/properties/tokenUrl/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate65.errors = [{instancePath:instancePath+"/refreshHint/clientId",schemaPath:"#/properties/refreshHint/properties/clientId/maxLength",keyword:"maxLength",params:{limit: 1024}}];
return false;
}
}
else {
validate65.errors = [{instancePath:instancePath+"/refreshHint/clientId",schemaPath:"#/properties/refreshHint/properties/clientId/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate65.errors = [{instancePath:instancePath+"/refreshHint",schemaPath:"#/properties/refreshHint/type",keyword:"type",params:{type: "object"}}];
return false;
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
validate65.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/properties/requestId/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
}
else {
validate65.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/properties/requestId/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate65.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate65.errors = vErrors;
return errors === 0;
}
validate65.evaluated = {"props":{"service":true,"reason":true,"refreshHint":true,"requestId":true},"dynamicProps":false,"dynamicItems":false};

export const RefreshRequest = validate66;
const schema33 = {"oneOf":[{"type":"object","required":["action","service"],"properties":{"action":{"type":"string","const":"get"},"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"requestId":{"type":"string","maxLength":256}}},{"type":"object","required":["action","service","tokens"],"properties":{"action":{"type":"string","const":"update"},"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"tokens":{"type":"object","required":["accessToken"],"properties":{"accessToken":{"type":"string","minLength":1},"refreshToken":{"type":["string","null"]},"expiryTime":{"oneOf":[{"type":"integer","minimum":0,"maximum":8640000000000000},{"type":"null"}]}}},"requestId":{"type":"string","maxLength":256}}}],"discriminator":{"propertyName":"action"},"type":"object","$id":"RefreshRequest"};

function validate66(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="RefreshRequest" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate66.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
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
validate66.errors = [{instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.action !== undefined){
let data0 = data.action;
const _errs4 = errors;
if(typeof data0 !== "string"){
validate66.errors = [{instancePath:instancePath+"/action",schemaPath:"#/oneOf/0/properties/action/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("get" !== data0){
validate66.errors = [{instancePath:instancePath+"/action",schemaPath:"#/oneOf/0/properties/action/const",keyword:"const",params:{allowedValue: "get"}}];
return false;
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
validate66.errors = [{instancePath:instancePath+"/service",schemaPath:"#/oneOf/0/properties/service/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
else {
if(func1(data1) < 1){
validate66.errors = [{instancePath:instancePath+"/service",schemaPath:"#/oneOf/0/properties/service/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
else {
if(!pattern3.test(data1)){
validate66.errors = [{instancePath:instancePath+"/service",schemaPath:"#/oneOf/0/properties/service/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}}];
return false;
}
}
}
}
else {
validate66.errors = [{instancePath:instancePath+"/service",schemaPath:"#/oneOf/0/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate66.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/oneOf/0/properties/requestId/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
}
else {
validate66.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/oneOf/0/properties/requestId/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate66.errors = [{instancePath,schemaPath:"#/oneOf/0/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var props0 = {};
props0.action = true;
props0.service = true;
props0.requestId = true;
}
else if(tag0 === "update"){
const _errs10 = errors;
if(errors === _errs10){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((((data.action === undefined) && (missing1 = "action")) || ((data.service === undefined) && (missing1 = "service"))) || ((data.tokens === undefined) && (missing1 = "tokens"))){
validate66.errors = [{instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
if(data.action !== undefined){
let data3 = data.action;
const _errs12 = errors;
if(typeof data3 !== "string"){
validate66.errors = [{instancePath:instancePath+"/action",schemaPath:"#/oneOf/1/properties/action/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("update" !== data3){
validate66.errors = [{instancePath:instancePath+"/action",schemaPath:"#/oneOf/1/properties/action/const",keyword:"const",params:{allowedValue: "update"}}];
return false;
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
validate66.errors = [{instancePath:instancePath+"/service",schemaPath:"#/oneOf/1/properties/service/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
else {
if(func1(data4) < 1){
validate66.errors = [{instancePath:instancePath+"/service",schemaPath:"#/oneOf/1/properties/service/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
else {
if(!pattern3.test(data4)){
validate66.errors = [{instancePath:instancePath+"/service",schemaPath:"#/oneOf/1/properties/service/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}}];
return false;
}
}
}
}
else {
validate66.errors = [{instancePath:instancePath+"/service",schemaPath:"#/oneOf/1/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate66.errors = [{instancePath:instancePath+"/tokens",schemaPath:"#/oneOf/1/properties/tokens/required",keyword:"required",params:{missingProperty: missing2}}];
return false;
}
else {
if(data5.accessToken !== undefined){
let data6 = data5.accessToken;
const _errs18 = errors;
if(errors === _errs18){
if(typeof data6 === "string"){
if(func1(data6) < 1){
validate66.errors = [{instancePath:instancePath+"/tokens/accessToken",schemaPath:"#/oneOf/1/properties/tokens/properties/accessToken/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
else {
validate66.errors = [{instancePath:instancePath+"/tokens/accessToken",schemaPath:"#/oneOf/1/properties/tokens/properties/accessToken/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate66.errors = [{instancePath:instancePath+"/tokens/refreshToken",schemaPath:"#/oneOf/1/properties/tokens/properties/refreshToken/type",keyword:"type",params:{type: schema33.oneOf[1].properties.tokens.properties.refreshToken.type}}];
return false;
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
validate66.errors = [{instancePath:instancePath+"/tokens",schemaPath:"#/oneOf/1/properties/tokens/type",keyword:"type",params:{type: "object"}}];
return false;
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
validate66.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/oneOf/1/properties/requestId/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
}
else {
validate66.errors = [{instancePath:instancePath+"/requestId",schemaPath:"#/oneOf/1/properties/requestId/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate66.errors = [{instancePath,schemaPath:"#/oneOf/1/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
if(props0 !== true){
props0 = props0 || {};
props0.action = true;
props0.service = true;
props0.tokens = true;
props0.requestId = true;
}
}
else {
validate66.errors = [{instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "action", tagValue: tag0}}];
return false;
}
}
else {
validate66.errors = [{instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "tag", tag: "action", tagValue: tag0}}];
return false;
}
}
else {
validate66.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate66.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate66.evaluated = {"dynamicProps":true,"dynamicItems":false};

export const HostPermission = validate67;
const schema34 = {"type":"object","required":["service","host"],"properties":{"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"host":{"type":"string","minLength":1,"maxLength":253}},"$id":"HostPermission"};

function validate67(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="HostPermission" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate67.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.service === undefined) && (missing0 = "service")) || ((data.host === undefined) && (missing0 = "host"))){
validate67.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.service !== undefined){
let data0 = data.service;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 256){
validate67.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
else {
if(func1(data0) < 1){
validate67.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
else {
if(!pattern3.test(data0)){
validate67.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}}];
return false;
}
}
}
}
else {
validate67.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate67.errors = [{instancePath:instancePath+"/host",schemaPath:"#/properties/host/maxLength",keyword:"maxLength",params:{limit: 253}}];
return false;
}
else {
if(func1(data1) < 1){
validate67.errors = [{instancePath:instancePath+"/host",schemaPath:"#/properties/host/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate67.errors = [{instancePath:instancePath+"/host",schemaPath:"#/properties/host/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate67.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate67.errors = vErrors;
return errors === 0;
}
validate67.evaluated = {"props":{"service":true,"host":true},"dynamicProps":false,"dynamicItems":false};

export const NewService = validate68;
const schema35 = {"type":"object","required":["service","tokenData"],"properties":{"service":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},"tokenData":{"type":"object","additionalProperties":true,"properties":{"accessToken":{"type":["string","null"]},"refreshToken":{"type":["string","null"]},"certificateData":{"type":["string","null"]},"privateKeyData":{"type":["string","null"]},"certificateChain":{"type":["string","null"]},"sshPrivateKey":{"type":["string","null"]},"totpSecret":{"type":["string","null"]},"totpUri":{"type":["string","null"]},"totpAlgorithm":{},"totpDigits":{},"totpPeriod":{},"tokenType":{"type":["string","null"],"maxLength":256},"expiresAt":{},"allowedHosts":{},"expiryTime":{"oneOf":[{"type":"integer","minimum":0,"maximum":8640000000000000},{"type":"null"}]}}}},"$id":"NewService"};

function validate68(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="NewService" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate68.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.service === undefined) && (missing0 = "service")) || ((data.tokenData === undefined) && (missing0 = "tokenData"))){
validate68.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.service !== undefined){
let data0 = data.service;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 256){
validate68.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
else {
if(func1(data0) < 1){
validate68.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
else {
if(!pattern3.test(data0)){
validate68.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}}];
return false;
}
}
}
}
else {
validate68.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate68.errors = [{instancePath:instancePath+"/tokenData/accessToken",schemaPath:"#/properties/tokenData/properties/accessToken/type",keyword:"type",params:{type: schema35.properties.tokenData.properties.accessToken.type}}];
return false;
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
validate68.errors = [{instancePath:instancePath+"/tokenData/refreshToken",schemaPath:"#/properties/tokenData/properties/refreshToken/type",keyword:"type",params:{type: schema35.properties.tokenData.properties.refreshToken.type}}];
return false;
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
validate68.errors = [{instancePath:instancePath+"/tokenData/certificateData",schemaPath:"#/properties/tokenData/properties/certificateData/type",keyword:"type",params:{type: schema35.properties.tokenData.properties.certificateData.type}}];
return false;
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
validate68.errors = [{instancePath:instancePath+"/tokenData/privateKeyData",schemaPath:"#/properties/tokenData/properties/privateKeyData/type",keyword:"type",params:{type: schema35.properties.tokenData.properties.privateKeyData.type}}];
return false;
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
validate68.errors = [{instancePath:instancePath+"/tokenData/certificateChain",schemaPath:"#/properties/tokenData/properties/certificateChain/type",keyword:"type",params:{type: schema35.properties.tokenData.properties.certificateChain.type}}];
return false;
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
validate68.errors = [{instancePath:instancePath+"/tokenData/sshPrivateKey",schemaPath:"#/properties/tokenData/properties/sshPrivateKey/type",keyword:"type",params:{type: schema35.properties.tokenData.properties.sshPrivateKey.type}}];
return false;
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
validate68.errors = [{instancePath:instancePath+"/tokenData/totpSecret",schemaPath:"#/properties/tokenData/properties/totpSecret/type",keyword:"type",params:{type: schema35.properties.tokenData.properties.totpSecret.type}}];
return false;
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
validate68.errors = [{instancePath:instancePath+"/tokenData/totpUri",schemaPath:"#/properties/tokenData/properties/totpUri/type",keyword:"type",params:{type: schema35.properties.tokenData.properties.totpUri.type}}];
return false;
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
validate68.errors = [{instancePath:instancePath+"/tokenData/tokenType",schemaPath:"#/properties/tokenData/properties/tokenType/type",keyword:"type",params:{type: schema35.properties.tokenData.properties.tokenType.type}}];
return false;
}
if(errors === _errs22){
if(typeof data10 === "string"){
if(func1(data10) > 256){
validate68.errors = [{instancePath:instancePath+"/tokenData/tokenType",schemaPath:"#/properties/tokenData/properties/tokenType/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
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
validate68.errors = [{instancePath:instancePath+"/tokenData",schemaPath:"#/properties/tokenData/type",keyword:"type",params:{type: "object"}}];
return false;
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
validate68.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate68.errors = vErrors;
return errors === 0;
}
validate68.evaluated = {"props":{"service":true,"tokenData":true},"dynamicProps":false,"dynamicItems":false};

export const ServiceName = validate69;
const schema36 = {"type":"object","required":["service"],"properties":{"service":{"type":"string","minLength":1,"maxLength":512,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"}},"$id":"ServiceName"};

function validate69(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="ServiceName" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate69.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.service === undefined) && (missing0 = "service")){
validate69.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.service !== undefined){
let data0 = data.service;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 512){
validate69.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/maxLength",keyword:"maxLength",params:{limit: 512}}];
return false;
}
else {
if(func1(data0) < 1){
validate69.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/minLength",keyword:"minLength",params:{limit: 1}}];
return false;
}
else {
if(!pattern3.test(data0)){
validate69.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}}];
return false;
}
}
}
}
else {
validate69.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
}
}
}
else {
validate69.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate69.errors = vErrors;
return errors === 0;
}
validate69.evaluated = {"props":{"service":true},"dynamicProps":false,"dynamicItems":false};

export const showAuditQuery = validate70;
const schema37 = {"type":"object","required":[],"properties":{"service":{"type":"string","maxLength":256},"op":{"type":"string","maxLength":64},"outcome":{"type":"string","maxLength":64},"limit":{"type":"string","pattern":"^[1-9][0-9]{0,3}$"}},"$id":"showAuditQuery"};
const pattern23 = new RegExp("^[1-9][0-9]{0,3}$", "u");

function validate70(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="showAuditQuery" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate70.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.service !== undefined){
let data0 = data.service;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(func1(data0) > 256){
validate70.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/maxLength",keyword:"maxLength",params:{limit: 256}}];
return false;
}
}
else {
validate70.errors = [{instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate70.errors = [{instancePath:instancePath+"/op",schemaPath:"#/properties/op/maxLength",keyword:"maxLength",params:{limit: 64}}];
return false;
}
}
else {
validate70.errors = [{instancePath:instancePath+"/op",schemaPath:"#/properties/op/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate70.errors = [{instancePath:instancePath+"/outcome",schemaPath:"#/properties/outcome/maxLength",keyword:"maxLength",params:{limit: 64}}];
return false;
}
}
else {
validate70.errors = [{instancePath:instancePath+"/outcome",schemaPath:"#/properties/outcome/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate70.errors = [{instancePath:instancePath+"/limit",schemaPath:"#/properties/limit/pattern",keyword:"pattern",params:{pattern: "^[1-9][0-9]{0,3}$"}}];
return false;
}
}
else {
validate70.errors = [{instancePath:instancePath+"/limit",schemaPath:"#/properties/limit/type",keyword:"type",params:{type: "string"}}];
return false;
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
validate70.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate70.errors = vErrors;
return errors === 0;
}
validate70.evaluated = {"props":{"service":true,"op":true,"outcome":true,"limit":true},"dynamicProps":false,"dynamicItems":false};
